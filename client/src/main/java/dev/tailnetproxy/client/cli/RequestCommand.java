package dev.tailnetproxy.client.cli;

import dev.tailnetproxy.client.Attempt;
import dev.tailnetproxy.client.FunctionUrlException;
import dev.tailnetproxy.client.ProxyException;
import dev.tailnetproxy.client.RetryPolicy;
import dev.tailnetproxy.client.TailscaleProxyClient;
import dev.tailnetproxy.client.TailscaleProxyClientBuilder;
import dev.tailnetproxy.client.signing.Target;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Sends one request through the proxy and prints status, headers and body of the response. */
@Command(
        name = "tailnet-proxy-client",
        mixinStandardHelpOptions = true,
        versionProvider = RequestCommand.Version.class,
        sortOptions = false,
        description = "Sends one request through the proxy to a host in the tailnet; prints status, headers and body.",
        footer = {
            "",
            "\"dead-letters --help\" tells how to see and redrive what a webhook forwarder has not delivered.",
            "Credentials come from the AWS SDK's default chain (environment, profile, role), never from here.",
            "Exit status: 0 the target responded (with any status), 1 usage, 2 the proxy responded with an error,",
            "3 Lambda refused or failed, 4 no response."
        })
final class RequestCommand implements Callable<Integer> {

    private final InputStream in;
    private final OutputStream out;
    private final PrintWriter errors;
    private final Map<String, String> environment;

    @Parameters(
            arity = "0..1",
            paramLabel = "PATH",
            description = "path and query at the target, for example '/ping?a=1'")
    private String path = "/";

    @Option(
            names = "--target",
            required = true,
            paramLabel = "HOST:PORT",
            description = "the host in the tailnet; IPv6 in brackets")
    private String target = "";

    @Option(names = "--url", paramLabel = "URL", description = "the proxy's Function URL (TAILSCALE_PROXY_URL)")
    private @Nullable String url;

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "the URL's region, where it does not hold it (AWS_REGION)")
    private @Nullable String region;

    @Option(
            names = "--allow-plain-http",
            description = "take an http:// URL that leads to another machine, which shows everything to the network")
    private boolean allowPlainHttp;

    @Option(names = "--https", negatable = true, description = "speak TLS to the target, or not; usual for port 443")
    private @Nullable Boolean https;

    @Option(
            names = {"-X", "--request"},
            paramLabel = "METHOD",
            description = "GET, or POST with --data")
    private @Nullable String method;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "'NAME: VALUE'",
            converter = HeaderLine.Converter.class,
            description = "a header for the target")
    private List<HeaderLine> headers = List.of();

    @Option(
            names = {"-d", "--data"},
            paramLabel = "TEXT",
            description = "the body: text, @file, or - for standard input")
    private @Nullable String data;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "for the whole request; 60")
    private int timeoutSeconds = 60;

    @Option(names = "--no-retry", description = "one attempt only")
    private boolean noRetry;

    @Option(
            names = {"-v", "--verbose"},
            description = "print attempts and timings on standard error")
    private boolean verbose;

    private RequestCommand(InputStream in, OutputStream out, PrintWriter errors, Map<String, String> environment) {
        this.in = in;
        this.out = out;
        this.errors = errors;
        this.environment = environment;
    }

    /** Runs one command line and gives the process's exit status. */
    static int run(
            InputStream in,
            OutputStream out,
            PrintWriter errors,
            Map<String, String> environment,
            String... arguments) {
        CommandLine line = new CommandLine(new RequestCommand(in, out, errors, environment))
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(errors)
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((invalid, given) -> {
                    errors.println(invalid.getMessage());
                    errors.println("Try --help.");
                    return ExitStatus.USAGE.code();
                });
        return line.execute(arguments);
    }

    @Override
    public Integer call() throws InterruptedException {
        long started = System.nanoTime();
        try (TailscaleProxyClient client = client()) {
            HttpResponse<InputStream> response = client.send(request(client), BodyHandlers.ofInputStream());
            print(response);
            timing("total", Duration.ofNanos(System.nanoTime() - started));
            return ExitStatus.TARGET_RESPONDED.code();
        } catch (IllegalArgumentException invalid) {
            errors.println(invalid.getMessage());
            return ExitStatus.USAGE.code();
        } catch (ProxyException error) {
            errors.println("the proxy responded with " + error.status() + " " + error.getMessage());
            return ExitStatus.PROXY_ERROR.code();
        } catch (FunctionUrlException error) {
            errors.println(error.getMessage());
            return ExitStatus.FUNCTION_URL_ERROR.code();
        } catch (IOException | SdkClientException failure) {
            String reason = Optional.ofNullable(failure.getMessage()).orElse("the Function URL can't be reached");
            errors.println("no response: " + failure.getClass().getSimpleName() + ": " + reason);
            return ExitStatus.NO_RESPONSE.code();
        }
    }

    private TailscaleProxyClient client() {
        String proxyUrl = Optional.ofNullable(url)
                .or(() -> Optional.ofNullable(environment.get("TAILSCALE_PROXY_URL")))
                .orElseThrow(() -> new IllegalArgumentException(
                        "the proxy's URL is missing; give --url or set TAILSCALE_PROXY_URL"));
        Target parsed = Target.parse(target);
        TailscaleProxyClientBuilder builder = TailscaleProxyClient.builder()
                .url(proxyUrl)
                .target(https == null ? parsed : parsed.withHttps(https))
                .requestTimeout(Duration.ofSeconds(timeoutSeconds))
                .attemptListener(this::attempted);
        if (noRetry) {
            builder.retryPolicy(RetryPolicy.never());
        }
        if (allowPlainHttp) {
            builder.allowPlainHttp();
        }
        Optional.ofNullable(region).ifPresent(builder::region);
        return builder.build();
    }

    private HttpRequest request(TailscaleProxyClient client) throws IOException {
        BodyPublisher body = data == null ? BodyPublishers.noBody() : new RequestBodySource(data).publisher(in);
        String defaultMethod = data == null ? "GET" : "POST";
        HttpRequest.Builder request =
                client.request(path).method(Optional.ofNullable(method).orElse(defaultMethod), body);
        headers.forEach(header -> request.header(header.name(), header.value()));
        return request.build();
    }

    private void print(HttpResponse<InputStream> response) throws IOException {
        StringBuilder headerSection = new StringBuilder("HTTP " + response.statusCode() + "\n");
        response.headers()
                .map()
                .forEach((name, values) -> values.forEach(value ->
                        headerSection.append(name).append(": ").append(value).append('\n')));
        out.write(headerSection.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        try (InputStream body = response.body()) {
            body.transferTo(out);
        }
        out.flush();
    }

    private void attempted(Attempt attempt) {
        timing("attempt " + attempt.number() + " signing", attempt.signing());
        timing("attempt " + attempt.number() + " to headers", attempt.timeToResponse());
        if (verbose) {
            attempt.failure().ifPresent(failure -> errors.println("* failed: " + failure));
        }
        attempt.pause().ifPresent(pause -> timing("pause", pause));
    }

    private void timing(String label, Duration duration) {
        if (verbose) {
            errors.printf("* %s: %.1f ms%n", label, duration.toNanos() / 1e6);
        }
    }

    /** The version that the archive's manifest names. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = RequestCommand.class.getPackage().getImplementationVersion();
            return new String[] {"tailnet-proxy-client " + (version == null ? "(not from its archive)" : version)};
        }
    }
}
