package dev.tailnetproxy.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.Aws;

/** Forwards that the layer would refuse at its start are refused at synth, each with the layer's sentence. */
class ForwardOptionsTest {

    private static Arguments wrong(String message, Consumer<NodeOptions.Builder> change) {
        return Arguments.of(message, change);
    }

    static Stream<Arguments> wrongForwards() {
        return Stream.of(
                wrong(
                        "forwards: in the entry \"5432=db\" the target \"db\" is not host:port, with an IPv6 address in "
                                + "brackets",
                        node -> node.forward(5432, "db")),
                wrong(
                        "forwards: in the entry \"0=db:5432\" \"0\" is no port: write a number from 1 to 65535",
                        node -> node.forward(0, "db:5432")),
                wrong(
                        "forwards: in the entry \"-1=db:5432\" \"-1\" is no port: write a number from 1 to 65535",
                        node -> node.forward(-1, "db:5432")),
                wrong(
                        "forwards: in the entry \"localhost:5432=db:5432\" \"localhost\" is no address to listen on: write "
                                + "an IPv4 address, or an IPv6 address in brackets",
                        node -> node.forward("localhost", 5432, "db:5432")),
                wrong(
                        "forwards: in the entry \"5432=127.0.0.1:22\" the target 127.0.0.1 is a loopback address, which no "
                                + "forward may reach",
                        node -> node.forward(5432, "127.0.0.1:22")),
                wrong(
                        "forwards: in the entry \"5432=a:1,6379=b:2\" the target \"a:1,6379=b\" is neither an address nor a "
                                + "name: write an IPv6 address in brackets",
                        node -> node.forward(5432, "a:1,6379=b:2")),
                wrong(
                        "forwards: the entries \"127.0.0.1:5432=a:1\" and \"0.0.0.0:5432=b:1\" listen on the same port: "
                                + "choose another port for one of them",
                        node -> node.forward(5432, "a:1").forward("0.0.0.0", 5432, "b:1")),
                wrong(
                        "forwards: the entry \"127.0.0.1:1055=db:1\" listens on the port of the SOCKS5 and HTTP proxy "
                                + "(TS_SOCKS_PORT): choose another port",
                        node -> node.forward(1055, "db:1")),
                wrong(
                        "forwards: the entry \"127.0.0.1:1056=db:1\" listens on the port of the SOCKS5 and HTTP proxy "
                                + "(TS_SOCKS_PORT): choose another port",
                        node -> node.socksPort(1056).forward(1056, "db:1")),
                wrong(
                        "forwards: an entry is empty: remove the comma that is too much; the entry \"db\" has no equals "
                                + "sign: write [address:]port=host:port",
                        node -> node.addForwards("", "db")),
                wrong(
                        "forwardMaxConnections is 0: give a whole number from 1 to 10000",
                        node -> node.forwardMaxConnections(0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongForwards")
    void refusedWithOneSentence(String message, Consumer<NodeOptions.Builder> change) {
        NodeOptions.Builder node = NodeOptions.builder();
        change.accept(node);

        assertThatThrownBy(node::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void targetThatIsKnownAtDeploymentOnlyPasses() {
        NodeOptions node = NodeOptions.builder()
                .forward(5432, Aws.STACK_NAME + "-db:5432")
                .forward(1055 + 1, "db:1055")
                .build();

        assertThat(node.getForwards()).hasSize(2).last().isEqualTo("1056=db:1055");
    }
}
