package dev.tailnetproxy.proxy.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.AssertionsForClassTypes.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which principal an entry names. */
class CallerTargetsTest {

    @ParameterizedTest(name = "{0} names {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                // An assumed role counts as its role, whatever its session and its path.
                "arn:aws:iam::123456789012:role/orders | arn:aws:sts::123456789012:assumed-role/orders/i-0abc | true",
                "arn:aws:iam::123456789012:role/orders | arn:aws:sts::123456789012:assumed-role/orders/other@x | true",
                "arn:aws:iam::123456789012:role/a/b/orders | arn:aws:sts::123456789012:assumed-role/orders/s | true",
                "arn:aws:iam::123456789012:role/a=b,c | arn:aws:sts::123456789012:assumed-role/a=b,c/s | true",
                "arn:aws:iam::123456789012:role/orders | arn:aws:sts::123456789012:assumed-role/orders2/s | false",
                "arn:aws:iam::123456789012:role/orders | arn:aws:sts::123456789012:assumed-role/order/s | false",
                "arn:aws:iam::123456789012:role/orders | arn:aws:sts::123456789012:assumed-role/Orders/s | false",
                "arn:aws:iam::123456789012:role/orders | arn:aws:sts::123456789012:assumed-role/x/orders | false",
                "arn:aws:iam::123456789012:role/orders | arn:aws:sts::210987654321:assumed-role/orders/s | false",
                "arn:aws:iam::123456789012:role/orders | arn:aws-cn:sts::123456789012:assumed-role/orders/s | false",
                "arn:aws:iam::123456789012:role/orders | arn:aws:iam::123456789012:user/orders | false",
                "arn:aws:iam::123456789012:role/orders | arn:aws:sts::123456789012:federated-user/orders | false",
                "arn:aws-cn:iam::123456789012:role/r | arn:aws-cn:sts::123456789012:assumed-role/r/s | true",
                "arn:aws-us-gov:iam::123456789012:role/r | arn:aws-us-gov:sts::123456789012:assumed-role/r/s | true",
                "arn:aws:iam::123456789012:role/team-* | arn:aws:sts::123456789012:assumed-role/team-a/s | true",
                "arn:aws:iam::123456789012:role/team-* | arn:aws:sts::123456789012:assumed-role/other/team-a | false",
                "arn:aws:iam::123456789012:role/* | arn:aws:sts::123456789012:assumed-role/any/s | true",
                "arn:aws:iam::123456789012:role/* | arn:aws:iam::123456789012:user/any | false",
                "arn:aws:sts::123456789012:assumed-role/r/one | arn:aws:sts::123456789012:assumed-role/r/one | true",
                "arn:aws:sts::123456789012:assumed-role/r/one | arn:aws:sts::123456789012:assumed-role/r/two | false",
                "arn:aws:sts::123456789012:assumed-role/r/* | arn:aws:sts::123456789012:assumed-role/r/two | true",
                "arn:aws:sts::123456789012:assumed-role/r/* | arn:aws:sts::123456789012:assumed-role/rr/two | false",
                // The ARN of a user holds the path.
                "arn:aws:iam::123456789012:user/alice | arn:aws:iam::123456789012:user/alice | true",
                "arn:aws:iam::123456789012:user/alice | arn:aws:iam::123456789012:user/team/alice | false",
                "arn:aws:iam::123456789012:user/alice | arn:aws:iam::123456789012:user/alice2 | false",
                "arn:aws:iam::123456789012:user/team/* | arn:aws:iam::123456789012:user/team/alice | true",
                "arn:aws:iam::123456789012:user/team/* | arn:aws:iam::123456789012:user/teams/alice | false",
                "arn:aws:iam::123456789012:user/team/* | arn:aws:iam::123456789012:user/alice | false",
                "arn:aws:sts::123456789012:federated-user/bob | arn:aws:sts::123456789012:federated-user/bob | true",
                // An account is its number; root is the root user.
                "123456789012 | arn:aws:sts::123456789012:assumed-role/any/s | true",
                "123456789012 | arn:aws-cn:iam::123456789012:user/any | true",
                "123456789012 | arn:aws:iam::123456789012:root | true",
                "123456789012 | arn:aws:iam::123456789013:root | false",
                "arn:aws:iam::123456789012:root | arn:aws:iam::123456789012:root | true",
                "arn:aws:iam::123456789012:root | arn:aws:iam::123456789012:user/root | false",
                "arn:aws:iam::123456789012:root | arn:aws:sts::123456789012:assumed-role/any/s | false",
                // What is no ARN of a principal is nobody.
                "123456789012 | - | false",
                "123456789012 | 127.0.0.1 | false",
                "123456789012 | 123456789012 | false",
                "arn:aws:iam::123456789012:role/* | arn:aws:lambda:eu-west-1:123456789012:function:role/x | false",
            })
    void entryMatchesPrincipals(String principal, String arn, boolean named) {
        CallerTargets targets = CallerTargets.parse(principal + "=orders:443");

        assertThat(targets.of(arn)).isEqualTo(named ? TargetRule.parseList("orders:443") : List.of());
    }

    @Test
    void entriesOfOnePrincipalAccumulate() {
        CallerTargets targets = CallerTargets.parse(
                """
                arn:aws:iam::123456789012:role/orders = orders:443, billing:443 ;
                123456789012=[fd00::1]:80-90;;
                arn:aws:iam::123456789012:role/other=10.0.0.0/8;
                """);

        assertThat(targets.of("arn:aws:sts::123456789012:assumed-role/orders/s"))
                .isEqualTo(TargetRule.parseList("orders:443,billing:443,[fd00::1]:80-90"));
        assertThat(targets.of("arn:aws:iam::123456789012:user/orders"))
                .isEqualTo(TargetRule.parseList("[fd00::1]:80-90"));
        assertThat(targets.of("arn:aws:iam::210987654321:user/orders")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:iam::123456789012:role/orders",
                "arn:aws:iam::123456789012:role/orders=",
                "arn:aws:iam::123456789012:role/orders= , ",
                "=orders:443",
                "orders:443",
                "*=orders:443",
                "12345678901=orders:443",
                "1234567890123=orders:443",
                "orders=orders:443",
                "arn:aws:iam::123456789012:role/=orders:443",
                "arn:aws:iam::123456789012:role/team/*=orders:443",
                "arn:aws:iam::123456789012:role/*/orders=orders:443",
                "arn:aws:iam::*:role/orders=orders:443",
                "arn:aws:iam::123456789012:group/g=orders:443",
                "arn:aws:iam::123456789012:*=orders:443",
                "arn:aws:iam::123456789012:root*=orders:443",
                "arn:azure:iam::123456789012:role/orders=orders:443",
                "arn:aws:sts::123456789012:assumed-role/r=orders:443",
                "arn:aws:sts::123456789012:role/r=orders:443",
                "arn:aws:iam::123456789012:role/orders=http://orders",
                "arn:aws:iam::123456789012:role/orders=orders:0",
                "arn:aws:iam::123456789012:role/a b=orders:443",
            })
    void invalidEntryIsQuoted(String entry) {
        IllegalArgumentException e = assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> CallerTargets.parse("123456789012=a; " + entry + " ;210987654321=b"))
                .actual();
        String message = String.valueOf(e.getMessage());
        String quoted = message.substring(message.indexOf('"') + 1).replaceAll("\".*", "");
        assertThat(!quoted.isEmpty() && entry.contains(quoted)).as(message).isTrue();
    }
}
