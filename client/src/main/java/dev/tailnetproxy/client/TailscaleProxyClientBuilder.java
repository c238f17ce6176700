package dev.tailnetproxy.client;

import dev.tailnetproxy.client.signing.FunctionUrl;
import dev.tailnetproxy.client.signing.MetricLabels;
import dev.tailnetproxy.client.signing.RequestSigner;
import dev.tailnetproxy.client.signing.Target;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;

/** Settings of a {@link TailscaleProxyClient}. Only the URL is required. Not thread-safe. */
public final class TailscaleProxyClientBuilder {

    private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(60);

    private static final long MAX_TARGET_TIMEOUT_MS = 999_999_999;

    private @Nullable URI url;
    private @Nullable String region;
    private boolean plainHttpAllowed;
    private @Nullable IdentityProvider<? extends AwsCredentialsIdentity> credentials;
    private @Nullable Target target;
    private @Nullable String hostField;
    private @Nullable MetricLabels metrics;
    private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
    private Duration requestTimeout = DEFAULT_REQUEST_TIMEOUT;
    private @Nullable Duration targetTimeout;
    private RetryPolicy retryPolicy = RetryPolicy.standard();
    private Attempt.Listener listener = attempt -> {};
    private UnaryOperator<HttpClient.Builder> httpClient = UnaryOperator.identity();
    private DelayScheduler delayScheduler = DelayScheduler.jdk();
    private RandomGenerator random = threadLocalRandom();

    TailscaleProxyClientBuilder() {}

    /** The proxy's Function URL, {@code https://<id>.lambda-url.<region>.on.aws}. */
    public TailscaleProxyClientBuilder url(URI functionUrl) {
        this.url = functionUrl;
        return this;
    }

    /**
     * The proxy's Function URL as text.
     *
     * @throws IllegalArgumentException when it is no URL
     */
    public TailscaleProxyClientBuilder url(String functionUrl) {
        return url(FunctionUrl.uri(functionUrl));
    }

    /** The region that calls are signed for; needed only where neither the URL nor {@code AWS_REGION} holds it. */
    public TailscaleProxyClientBuilder region(String awsRegion) {
        this.region = awsRegion;
        return this;
    }

    /**
     * Takes an {@code http} URL that leads to another machine, too. Everybody on the way then reads requests, responses and
     * session tokens, and can change what is not signed; {@code localhost}, 127.0.0.0/8 and ::1 need no permission.
     */
    public TailscaleProxyClientBuilder allowPlainHttp() {
        this.plainHttpAllowed = true;
        return this;
    }

    /**
     * Whose credentials sign the calls, for example an {@code AwsCredentialsProvider}; without one the SDK's default chain.
     * The application closes it.
     */
    public TailscaleProxyClientBuilder credentialsProvider(
            IdentityProvider<? extends AwsCredentialsIdentity> provider) {
        this.credentials = provider;
        return this;
    }

    /** Where requests go that do not name a server by themselves. */
    public TailscaleProxyClientBuilder target(Target defaultTarget) {
        this.target = defaultTarget;
        return this;
    }

    /** The default target; TLS exactly when the port is 443, see {@link #https}. */
    public TailscaleProxyClientBuilder target(String host, int port) {
        return target(Target.of(host, port));
    }

    /** Whether the default target is spoken to over TLS; comes after {@link #target(String, int)}. */
    public TailscaleProxyClientBuilder https(boolean https) {
        if (target == null) {
            throw new IllegalStateException("https is said of a target; name the target first");
        }
        return target(target.withHttps(https));
    }

    /** The {@code Host} field that the default target gets, and its name in TLS; without it the target's own. */
    public TailscaleProxyClientBuilder host(String host) {
        this.hostField = host;
        return this;
    }

    /** Turns the proxy's metrics on. */
    public TailscaleProxyClientBuilder metrics(MetricLabels labels) {
        this.metrics = labels;
        return this;
    }

    /** How long opening a connection to the Function URL may take; 5 s unless set. */
    public TailscaleProxyClientBuilder connectTimeout(Duration timeout) {
        this.connectTimeout = timeout;
        return this;
    }

    /**
     * How long a request may take from the call to the response's headers, reading its body and all attempts included; 60 s
     * unless set. {@link java.net.http.HttpRequest.Builder#timeout} sets it for one request.
     */
    public TailscaleProxyClientBuilder requestTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(
                    "a request can't have " + timeout.toMillis() + " ms; give more than zero");
        }
        this.requestTimeout = timeout;
        return this;
    }

    /**
     * How long the proxy waits for the target ({@code ts-timeout-ms}); when it passes the response is
     * {@link ProxyError#TIMEOUT}. Default: the remaining time of the proxy's function.
     */
    public TailscaleProxyClientBuilder targetTimeout(Duration timeout) {
        if (timeout.toMillis() < 1 || timeout.toMillis() > MAX_TARGET_TIMEOUT_MS) {
            throw new IllegalArgumentException(
                    "the target can't have " + timeout.toMillis() + " ms; give 1 to " + MAX_TARGET_TIMEOUT_MS);
        }
        this.targetTimeout = timeout;
        return this;
    }

    /** When a request is tried again; {@link RetryPolicy#standard()} unless set. */
    public TailscaleProxyClientBuilder retryPolicy(RetryPolicy policy) {
        this.retryPolicy = policy;
        return this;
    }

    /** Receives each attempt, for logs and metrics. */
    public TailscaleProxyClientBuilder attemptListener(Attempt.Listener attemptListener) {
        this.listener = attemptListener;
        return this;
    }

    /**
     * Further settings of the JDK's client: an outbound proxy, a TLS context, an executor. Redirects, HTTP version and the
     * connect time-out are set by this builder.
     */
    public TailscaleProxyClientBuilder httpClient(Consumer<HttpClient.Builder> settings) {
        this.httpClient = builder -> {
            settings.accept(builder);
            return builder;
        };
        return this;
    }

    TailscaleProxyClientBuilder delayScheduler(DelayScheduler replacement) {
        this.delayScheduler = replacement;
        return this;
    }

    TailscaleProxyClientBuilder random(RandomGenerator replacement) {
        this.random = replacement;
        return this;
    }

    /**
     * A client with these settings.
     *
     * @throws IllegalStateException when the URL is missing
     * @throws IllegalArgumentException when the URL is no Function URL's, or leads to another machine over plain
     *     {@code http}, or its region is neither in it nor given
     */
    public TailscaleProxyClient build() {
        if (url == null) {
            throw new IllegalStateException("the proxy's Function URL is missing: builder().url(…)");
        }
        FunctionUrl functionUrl =
                region == null ? FunctionUrl.of(url, plainHttpAllowed) : new FunctionUrl(url, region, plainHttpAllowed);
        HttpClient http = httpClient
                .apply(HttpClient.newBuilder())
                .version(HttpClient.Version.HTTP_1_1)
                // The target's redirects are responses like others; followed, they would carry the signature elsewhere.
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout)
                .build();
        Executor executor = http.executor().orElseGet(() -> new CompletableFuture<Void>().defaultExecutor());
        IdentityProvider<? extends AwsCredentialsIdentity> provider = credentials;
        Runnable closeProvider = () -> {};
        if (provider == null) {
            // A provider of this client's own: closing it closes nothing that others use.
            DefaultCredentialsProvider ownProvider =
                    DefaultCredentialsProvider.builder().build();
            provider = ownProvider;
            closeProvider = ownProvider::close;
        }
        RetryingExchange.ClientResources resources = new RetryingExchange.ClientResources(
                http,
                executor,
                new RequestSigner(functionUrl.region()),
                provider,
                new RetryDecider(retryPolicy, random),
                listener,
                delayScheduler,
                System::nanoTime);
        return new TailscaleProxyClient(
                functionUrl,
                new ProxyRequestHeaders(
                        functionUrl,
                        Optional.ofNullable(target),
                        Optional.ofNullable(hostField),
                        Optional.ofNullable(metrics),
                        Optional.ofNullable(targetTimeout)),
                requestTimeout,
                resources,
                closeProvider);
    }

    /** Requests run on many threads, each with a generator of its own. */
    private static RandomGenerator threadLocalRandom() {
        return () -> ThreadLocalRandom.current().nextLong();
    }
}
