package dev.tailnetproxy.proxy;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailnetproxy.contract.ErrorName;
import dev.tailnetproxy.function.address.Cidr;
import dev.tailnetproxy.function.address.IpAddress;
import dev.tailnetproxy.function.address.Port;
import dev.tailnetproxy.function.address.TargetHost;
import dev.tailnetproxy.proxy.accesslog.RequestSummary;
import dev.tailnetproxy.proxy.accesslog.RetryCount;
import dev.tailnetproxy.proxy.delivery.QueueRecord;
import dev.tailnetproxy.proxy.delivery.QueueSettings;
import dev.tailnetproxy.proxy.delivery.QueueUrl;
import dev.tailnetproxy.proxy.failure.Outcome;
import dev.tailnetproxy.proxy.forwarder.AllowedContentTypes;
import dev.tailnetproxy.proxy.forwarder.AllowedMethods;
import dev.tailnetproxy.proxy.forwarder.AllowedPaths;
import dev.tailnetproxy.proxy.forwarder.AllowedSources;
import dev.tailnetproxy.proxy.forwarder.FixedTarget;
import dev.tailnetproxy.proxy.forwarder.ForwarderSettings;
import dev.tailnetproxy.proxy.forwarder.Gateway;
import dev.tailnetproxy.proxy.forwarder.RequestRules;
import dev.tailnetproxy.proxy.forwarder.ResponseDetail;
import dev.tailnetproxy.proxy.forwarding.Selection;
import dev.tailnetproxy.proxy.headers.Target;
import dev.tailnetproxy.proxy.http.Body;
import dev.tailnetproxy.proxy.http.Caller;
import dev.tailnetproxy.proxy.http.Headers;
import dev.tailnetproxy.proxy.http.Ingress;
import dev.tailnetproxy.proxy.http.ProxyRequest;
import dev.tailnetproxy.proxy.policy.CallerTargets;
import dev.tailnetproxy.proxy.policy.Decision;
import dev.tailnetproxy.proxy.policy.PortRange;
import dev.tailnetproxy.proxy.policy.PrincipalPattern;
import dev.tailnetproxy.proxy.policy.TailnetRoutes;
import dev.tailnetproxy.proxy.resolution.ResolutionSettings;
import dev.tailnetproxy.proxy.resolution.TargetResolver;
import dev.tailnetproxy.proxy.server.Access;
import dev.tailnetproxy.proxy.server.ServerSettings;
import dev.tailnetproxy.proxy.tailnet.ExtensionState;
import dev.tailnetproxy.proxy.tailnet.ForwardState;
import dev.tailnetproxy.proxy.tailnet.TailnetState;
import dev.tailnetproxy.proxy.time.Deadline;
import dev.tailnetproxy.proxy.upstream.DialLimit;
import dev.tailnetproxy.proxy.upstream.UpstreamSettings;
import dev.tailnetproxy.proxy.webhook.GenericHmac;
import dev.tailnetproxy.proxy.webhook.GitHub;
import dev.tailnetproxy.proxy.webhook.HmacAlgorithm;
import dev.tailnetproxy.proxy.webhook.PublicUrl;
import dev.tailnetproxy.proxy.webhook.RefusalCause;
import dev.tailnetproxy.proxy.webhook.SignatureEncoding;
import dev.tailnetproxy.proxy.webhook.SignatureFormat;
import dev.tailnetproxy.proxy.webhook.Verdict;
import dev.tailnetproxy.proxy.webhook.VerificationSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A value that could not be meant is refused where it is made, not where it is used. */
class SelfCheckingRecordsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration NEGATIVE = Duration.ofSeconds(-1);
    private static final Port PORT = new Port(80);
    private static final TargetHost.Name NAME = new TargetHost.Name("orders");

    private static Named<ThrowingCallable> of(String what, ThrowingCallable makes) {
        return Named.of(what, makes);
    }

    static Stream<Named<ThrowingCallable>> invalidValues() {
        return Stream.of(
                of("prefix longer than its address", () -> new Cidr(ip("10.0.0.0"), 33)),
                of("name in upper case", () -> new TargetHost.Name("Orders")),
                of("range that ends before it starts", () -> new PortRange(new Port(81), PORT)),
                of("nothing to dial", () -> new Decision.Dial(List.of())),
                of("full name of another name", () -> new Decision.Resolve(NAME, new TargetHost.Name("billing.test"))),
                of("longer name as full name", () -> new Decision.Resolve(NAME, new TargetHost.Name("orders2.test"))),
                of("refusal without a reason", () -> new Decision.Refuse(ErrorName.TARGET_NOT_ALLOWED, " ")),
                of("no principal", () -> new CallerTargets(List.of())),
                of("principal without targets", () -> new CallerTargets.Entry(principal("123456789012"), List.of())),
                of("account of eleven digits", () -> principal("12345678901")),
                of(
                        "principal without a resource",
                        () -> new PrincipalPattern(Optional.empty(), "123456789012", "", false)),
                of("blank partition", () -> new PrincipalPattern(Optional.of(""), "123456789012", "role/x", false)),
                of(
                        "suffix with a dot at its end",
                        () -> new TailnetRoutes(Set.of(), Set.of(), List.of(), false, "tailnet.test.", Map.of())),
                of("negative join wait", () -> resolution(NEGATIVE, SECOND)),
                of("negative settling time", () -> resolution(SECOND, NEGATIVE)),
                of("no host that may be dialled", () -> new TargetResolver.Dialable(List.of())),
                of("state without a name", () -> new TailnetState.NotJoined("")),
                of("state without a phase", () -> new ExtensionState("", Optional.empty(), List.of())),
                of("forward without an address", () -> forward(" ", "db:5432", 0)),
                of("forward without a target", () -> forward("127.0.0.1:5432", "", 0)),
                of("negative number of connections", () -> forward("127.0.0.1:5432", "db:5432", -1)),
                of("error without a cause", () -> new ForwardState.LastError("", "No.", Optional.empty())),
                of("problem without a code", () -> problem(" ", 0)),
                of("negative number of attempts", () -> problem("KeyRejected", -1)),
                of("timeout of zero", () -> headers(Duration.ZERO)),
                of("negative timeout", () -> headers(NEGATIVE)),
                of("SOCKS5 server without a host", () -> upstream("", SECOND, SECOND, SECOND, 1)),
                of("no time to connect", () -> upstream("localhost", Duration.ZERO, SECOND, SECOND, 1)),
                of("no time to respond", () -> upstream("localhost", SECOND, Duration.ZERO, SECOND, 1)),
                of("negative idle timeout of a target", () -> upstream("localhost", SECOND, SECOND, NEGATIVE, 1)),
                of("no connection to a target", () -> upstream("localhost", SECOND, SECOND, SECOND, 0)),
                of("no dial", () -> DialLimit.of(0)),
                of("dial that does not count", () -> new DialLimit(1, Duration.ofNanos(1))),
                of("server without a host", () -> server("", PORT, new Port(81), SECOND)),
                of("one port for requests and management", () -> server("localhost", PORT, PORT, SECOND)),
                of("negative idle timeout of a client", () -> server("localhost", PORT, new Port(81), NEGATIVE)),
                of("negative number of retries", () -> new RetryCount(-1, "")),
                of("reason for no retry", () -> new RetryCount(0, "the target did not accept")),
                of("sender that is refused without a reason", () -> new Verdict.Refused(RefusalCause.TOO_OLD, " ")),
                of("URL without a host", () -> new PublicUrl("https", "", 443, false, "")),
                of("URL that ends in a slash", () -> new PublicUrl("https", "hooks.example.com", 443, false, "/")),
                of("signature without a field", () -> hmac("", Optional.empty())),
                of("one field for signature and timestamp", () -> hmac("X-Sign", Optional.of("x-sign"))),
                of("verification without a secret", () -> new VerificationSettings(new GitHub(), " ", SECOND)),
                of("no tolerance", () -> new VerificationSettings(new GitHub(), "hooks", Duration.ZERO)),
                of("stage with a slash", () -> new Ingress(ip("203.0.113.7"), NAME, "a/b", Optional.empty())),
                of("direct invocation through a gateway", () -> request(true)),
                of("request target without a slash", () -> new Selection(target(), "a", Headers.none())),
                of("forwarder without time", () -> forwarder(Gateway.HTTP_API, Duration.ZERO)),
                of("Function URL that everybody may call", () -> forwarder(Gateway.FUNCTION_URL, SECOND)),
                of("FIFO queue with dead letters that are none", () -> queues("hooks.fifo", "dead", SECOND)),
                of("queue that is its own dead-letter queue", () -> queues("hooks", "hooks", SECOND)),
                of("no time to deliver", () -> queues("hooks", "dead", Duration.ZERO)),
                of("queue without a name", () -> new QueueUrl("https://sqs", "123456789012", "")),
                of("message without an id", () -> message("", 1)),
                of("message that was never received", () -> message("m1", 0)),
                of("interim status", () -> summary(199, 0, SECOND, Optional.empty())),
                of("negative length", () -> summary(200, -1, SECOND, Optional.empty())),
                of("negative duration", () -> summary(200, 0, NEGATIVE, Optional.empty())),
                of("first byte before the request", () -> summary(200, 0, SECOND, Optional.of(NEGATIVE))));
    }

    @ParameterizedTest
    @MethodSource("invalidValues")
    void invalidValueIsRefused(ThrowingCallable makes) {
        assertThatIllegalArgumentException().isThrownBy(makes);
    }

    private static QueueSettings queues(String queue, String deadLetters, Duration giveUp) {
        return new QueueSettings(
                new QueueUrl("https://sqs/" + queue, "123456789012", queue),
                new QueueUrl("https://sqs/" + deadLetters, "123456789012", deadLetters),
                QueueSettings.Order.ALL,
                giveUp);
    }

    private static QueueRecord message(String id, int receives) {
        return new QueueRecord(id, "handle", "arn", "", receives, Instant.EPOCH, Optional.empty());
    }

    private static IpAddress ip(String text) {
        return IpAddress.parse(text).orElseThrow();
    }

    private static PrincipalPattern principal(String account) {
        return new PrincipalPattern(Optional.empty(), account, "", true);
    }

    private static ResolutionSettings resolution(Duration joinWait, Duration settleTime) {
        return new ResolutionSettings(
                joinWait, settleTime, new ResolutionSettings.ExitNode(false, false), Optional.empty());
    }

    private static ForwardState forward(String address, String target, long open) {
        return new ForwardState(address, target, open, 0, 0, Optional.empty());
    }

    private static ExtensionState.Problem problem(String code, long attempts) {
        return new ExtensionState.Problem(code, "No.", Optional.empty(), attempts, true);
    }

    private static Target headers(Duration timeout) {
        return new Target(NAME, PORT, false, Optional.empty(), Optional.of(timeout));
    }

    private static Target target() {
        return new Target(NAME, PORT, false, Optional.empty(), Optional.empty());
    }

    private static ProxyRequest request(boolean isDirectInvocation) {
        Ingress ingress = new Ingress(ip("203.0.113.7"), NAME, "$default", Optional.empty());
        return new ProxyRequest(
                "GET",
                "/",
                null,
                Headers.none(),
                Body.empty(),
                "id",
                Deadline.in(SECOND, Clock.systemUTC()),
                Caller.Unknown.INSTANCE,
                Optional.of(ingress),
                isDirectInvocation,
                Optional.empty());
    }

    private static ForwarderSettings forwarder(Gateway gateway, Duration timeout) {
        RequestRules rules = new RequestRules(
                AllowedSources.parse(""),
                AllowedMethods.parse("POST"),
                AllowedPaths.parse("/*"),
                AllowedContentTypes.parse("*/*"),
                0);
        return new ForwarderSettings(
                FixedTarget.parse("https://orders"), gateway, rules, timeout, ResponseDetail.STATUS, false);
    }

    private static UpstreamSettings upstream(
            String socksHost, Duration connect, Duration firstByte, Duration idle, int connections) {
        return new UpstreamSettings(
                socksHost,
                new Port(1055),
                connect,
                firstByte,
                idle,
                connections,
                DialLimit.of(1),
                SECOND,
                64 * 1024,
                Optional.empty());
    }

    private static ServerSettings server(String host, Port port, Port managementPort, Duration idleTimeout) {
        return new ServerSettings(
                host,
                Optional.of(port),
                "localhost",
                Optional.of(managementPort),
                idleTimeout,
                SECOND,
                SECOND,
                SECOND,
                1,
                Access.open());
    }

    private static GenericHmac hmac(String field, Optional<String> timestampField) {
        SignatureFormat format = new SignatureFormat(HmacAlgorithm.SHA256, SignatureEncoding.HEX);
        return new GenericHmac(field, "", format, timestampField);
    }

    private static RequestSummary summary(int status, long bytesIn, Duration duration, Optional<Duration> firstByte) {
        return new RequestSummary(
                "id",
                Caller.Unknown.INSTANCE,
                "GET",
                "-",
                status,
                Outcome.Forwarded.INSTANCE,
                RetryCount.NONE,
                bytesIn,
                0,
                duration,
                firstByte,
                Optional.empty());
    }
}
