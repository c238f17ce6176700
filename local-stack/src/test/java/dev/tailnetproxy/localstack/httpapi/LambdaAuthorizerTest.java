package dev.tailnetproxy.localstack.httpapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailnetproxy.localstack.functionurl.FunctionInvoker;
import dev.tailnetproxy.localstack.functionurl.FunctionInvoker.InvocationResult;
import dev.tailnetproxy.localstack.gateway.GatewayRequest;
import dev.tailnetproxy.testkit.TestClock;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LambdaAuthorizerTest {

    private static final String ALLOW = "{\"isAuthorized\":true,\"context\":{\"reason\":\"listed\"}}";
    private static final String DENY = "{\"isAuthorized\":false}";
    private static final Duration TTL = Duration.ofMinutes(5);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final TestClock clock = TestClock.stopped();
    private final List<JsonObject> events = new ArrayList<>();
    private String response = ALLOW;

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private InvocationResult recorded(byte[] event) {
        events.add(new JsonObject(Buffer.buffer(event)));
        return new InvocationResult.Returned(response);
    }

    private LambdaAuthorizer authorizer(FunctionInvoker function, Duration ttl, Duration limit, String... sources) {
        List<IdentitySource> identity =
                List.of(sources).stream().map(IdentitySource::new).toList();
        return new LambdaAuthorizer(
                new AuthorizerSettings(function, identity, ttl),
                new ApiEvents(),
                new TimedInvoker(threads, limit),
                clock);
    }

    private LambdaAuthorizer cachedBy(String... sources) {
        return authorizer(this::recorded, TTL, Duration.ofSeconds(10), sources);
    }

    private ApiRequest from(String address, String... nameAndValue) {
        List<Map.Entry<String, String>> fields =
                nameAndValue.length == 0 ? List.of() : List.of(Map.entry(nameAndValue[0], nameAndValue[1]));
        return new ApiRequest(
                new GatewayRequest("POST", "/", "token=t", fields, Buffer.buffer("body"), address),
                "$default",
                "01234567-89ab-cdef-0123-456789abcdef",
                clock.instant());
    }

    @Test
    void contextOfAllowedRequestGoesOn() throws Exception {
        assertThat(cachedBy("$context.identity.sourceIp").decide(from("192.0.2.1")))
                .isEqualTo(new AuthorizerResult.Allowed(new JsonObject().put("reason", "listed")));
    }

    @Test
    void withoutTtlEachRequestIsDecided() throws Exception {
        LambdaAuthorizer authorizer = authorizer(this::recorded, Duration.ZERO, Duration.ofSeconds(10));

        authorizer.decide(from("192.0.2.1"));
        response = DENY;

        assertThat(authorizer.decide(from("192.0.2.1"))).isEqualTo(new AuthorizerResult.Denied());
        assertThat(events).hasSize(2);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {ALLOW + "|" + DENY, DENY + "|" + ALLOW})
    void resultHoldsUntilTtlIsOver(String first, String second) throws Exception {
        LambdaAuthorizer authorizer = cachedBy("$context.identity.sourceIp");
        response = first;
        AuthorizerResult decided = authorizer.decide(from("192.0.2.1"));
        response = second;

        clock.pass(TTL.minusMillis(1));
        assertThat(authorizer.decide(from("192.0.2.1"))).isEqualTo(decided);
        assertThat(events).hasSize(1);

        clock.pass(Duration.ofMillis(1));
        assertThat(authorizer.decide(from("192.0.2.1"))).isNotEqualTo(decided);
        assertThat(events).hasSize(2);
    }

    @Test
    void resultHoldsForItsIdentityAlone() throws Exception {
        LambdaAuthorizer authorizer = cachedBy("$context.identity.sourceIp");
        authorizer.decide(from("192.0.2.1"));
        response = DENY;

        assertThat(authorizer.decide(from("192.0.2.2"))).isEqualTo(new AuthorizerResult.Denied());
        assertThat(authorizer.decide(from("192.0.2.1"))).isInstanceOf(AuthorizerResult.Allowed.class);
    }

    /** The mistake that the page of the webhook forwarder warns of: whoever knows the field gets another one's result. */
    @Test
    void resultUnderHeaderFieldHoldsForOtherAddresses() throws Exception {
        LambdaAuthorizer authorizer = cachedBy("$request.header.x-event");
        authorizer.decide(from("192.0.2.1", "X-Event", "push"));
        response = DENY;

        assertThat(authorizer.decide(from("198.51.100.1", "X-Event", "push")))
                .isInstanceOf(AuthorizerResult.Allowed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$request.header.Authorization", "$request.querystring.other", "$request.header.x-empty"})
    void missingIdentitySourceIsRefusedWithoutDecision(String source) throws Exception {
        assertThat(cachedBy("$context.identity.sourceIp", source).decide(from("192.0.2.1", "x-empty", "")))
                .isEqualTo(new AuthorizerResult.IdentityMissing());
        assertThat(events).isEmpty();
    }

    @Test
    void identitySourcesAreInTheEvent() throws Exception {
        cachedBy("$context.identity.sourceIp", "$request.querystring.token", "$context.routeKey")
                .decide(from("2001:db8::1"));

        assertThat(events.get(0).getJsonArray("identitySource"))
                .isEqualTo(JsonArray.of("2001:db8::1", "t", "$default"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "true",
                "not JSON",
                "[]",
                "{}",
                "{\"isAuthorized\":\"true\"}",
                "{\"isAuthorized\":1}",
                "{\"isAuthorized\":null}",
                "{\"isAuthorized\":true,\"context\":\"x\"}",
                "{\"principalId\":\"user\",\"policyDocument\":{}}"
            })
    void anythingButSimpleResponseFailsAndIsNotCached(String malformed) throws Exception {
        LambdaAuthorizer authorizer = cachedBy("$context.identity.sourceIp");
        response = malformed;
        assertThat(authorizer.decide(from("192.0.2.1"))).isInstanceOf(AuthorizerResult.Failed.class);
        response = ALLOW;

        assertThat(authorizer.decide(from("192.0.2.1"))).isInstanceOf(AuthorizerResult.Allowed.class);
    }

    @Test
    void failedFunctionFailsTheAuthorizer() throws Exception {
        LambdaAuthorizer authorizer =
                authorizer(event -> new InvocationResult.Failed("an exception"), Duration.ZERO, Duration.ofSeconds(10));

        assertThat(authorizer.decide(from("192.0.2.1"))).isEqualTo(new AuthorizerResult.Failed("an exception"));
    }

    @Test
    void slowFunctionFailsTheAuthorizer() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        FunctionInvoker slow = event -> {
            never.await();
            return new InvocationResult.Returned(ALLOW);
        };

        assertThat(authorizer(slow, Duration.ZERO, Duration.ofMillis(50)).decide(from("192.0.2.1")))
                .isInstanceOf(AuthorizerResult.Failed.class);
    }

    @Test
    void settingsThatApiGatewayRefusesAreRefused() {
        FunctionInvoker any = this::recorded;
        List<IdentitySource> source = List.of(new IdentitySource("$context.identity.sourceIp"));
        Duration tooLong = Duration.ofSeconds(3601);

        assertThatIllegalArgumentException().isThrownBy(() -> new AuthorizerSettings(any, List.of(), TTL));
        assertThatIllegalArgumentException().isThrownBy(() -> new AuthorizerSettings(any, source, tooLong));
        assertThatIllegalArgumentException().isThrownBy(() -> new IdentitySource("$request.body.secret"));
    }
}
