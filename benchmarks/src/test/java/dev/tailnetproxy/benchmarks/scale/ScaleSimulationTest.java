package dev.tailnetproxy.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScaleSimulationTest {

    private static final double SECONDS = 0.2;
    private static final ControlServer SERVER = new ControlServer(100, 50, 0.5, 1, 10);
    private static final ArrivalCurve STEADY = steady(3600);
    private static final LambdaFleet.Settings PLAIN =
            new LambdaFleet.Settings(SECONDS, 2, 10, 1e9, Integer.MAX_VALUE, 0, 1000, 0, 30);

    private static ArrivalCurve steady(int seconds) {
        return new ArrivalCurve("steady", List.of(new ArrivalCurve.Point(0, 1), new ArrivalCurve.Point(seconds, 1)));
    }

    private static ScaleResult simulate(ArrivalCurve curve, int atPeak, Fleet fleet) {
        return ScaleSimulation.run(curve, atPeak, SECONDS, fleet, SERVER, 1);
    }

    @Test
    void sameSeedGivesSameResult() {
        assertThat(simulate(ArrivalCurve.BURST, 200, new LambdaFleet(PLAIN, 2)))
                .isEqualTo(simulate(ArrivalCurve.BURST, 200, new LambdaFleet(PLAIN, 2)));
    }

    @Test
    void arrivalsHaveTheirMean() {
        for (double mean : List.of(0.5, 20.0, 500.0)) {
            Arrivals arrivals = new Arrivals(3);
            double sum = 0;
            for (int i = 0; i < 20_000; i++) {
                sum += arrivals.next(mean);
            }
            assertThat(sum / 20_000).isCloseTo(mean, within(mean / 20));
        }
    }

    @Test
    void noTrafficNeedsNoNode() {
        ScaleResult result = simulate(STEADY, 0, new LambdaFleet(PLAIN, 2));

        assertThat(result.nodes()).isZero();
        assertThat(result.joins()).isZero();
        assertThat(result.unserved()).isZero();
    }

    @Test
    void steadyTrafficHasAnEnvironmentForEachRequestAtOnce() {
        ScaleResult result = simulate(STEADY, 1000, new LambdaFleet(PLAIN, 2));

        assertThat(result.nodes()).isBetween(1000, 1300);
        assertThat(result.unserved()).isZero();
    }

    @Test
    void scalingRateRefusesWhatItCannotStart() {
        ScaleResult result = simulate(ArrivalCurve.BURST, 20_000, new LambdaFleet(PLAIN, 2));

        assertThat(result.unserved()).isPositive();
        assertThat(result.joinsOfMinute()).isLessThanOrEqualTo(1000 + 60 * 100);
    }

    @Test
    void longerStartMakesMoreEnvironments() {
        assertThat(joinsWithStartOf(10)).isGreaterThan(joinsWithStartOf(0.2) + 100);
    }

    private static long joinsWithStartOf(double seconds) {
        LambdaFleet.Settings settings =
                new LambdaFleet.Settings(SECONDS, seconds, 10, 1e9, Integer.MAX_VALUE, 0, 1000, 0, 30);
        return simulate(ArrivalCurve.BURST, 1000, new LambdaFleet(settings, 2)).joins();
    }

    @Test
    void unusedEnvironmentsEnd() {
        LambdaFleet fleet = new LambdaFleet(PLAIN, 2);

        simulate(ArrivalCurve.BURST, 1000, fleet);

        assertThat(fleet.nodes()).isLessThan(150);
    }

    @Test
    void environmentThatEndsHardStaysUntilItIsRemoved() {
        LambdaFleet.Settings hard = new LambdaFleet.Settings(SECONDS, 2, 10, 1e9, Integer.MAX_VALUE, 0, 1000, 1, 30);
        LambdaFleet fleet = new LambdaFleet(hard, 2);

        simulate(ArrivalCurve.BURST, 1000, fleet);

        assertThat(fleet.nodes()).isGreaterThan(900);
    }

    @Test
    void lifeOfAnEnvironmentMakesJoinsWithoutMoreTraffic() {
        LambdaFleet.Settings mortal = new LambdaFleet.Settings(SECONDS, 2, 10, 1, Integer.MAX_VALUE, 0, 1000, 0, 30);
        ScaleResult result = simulate(STEADY, 1000, new LambdaFleet(mortal, 2));

        assertThat(result.joins())
                .isGreaterThan(simulate(STEADY, 1000, new LambdaFleet(PLAIN, 2)).joins() + 300);
    }

    @Test
    void reservedConcurrencyLimitsNodesAndRefuses() {
        ScaleResult result = simulate(STEADY, 1000, new LambdaFleet(PLAIN.withReserved(500), 2));

        assertThat(result.nodes()).isEqualTo(500);
        assertThat(result.unserved()).isCloseTo(0.5, within(0.02));
    }

    @Test
    void warmEnvironmentsTakeTheBurst() {
        ScaleResult cold = simulate(ArrivalCurve.BURST, 1000, new LambdaFleet(PLAIN, 2));
        ScaleResult warm = simulate(ArrivalCurve.BURST, 1000, new LambdaFleet(PLAIN.withWarm(1500), 2));

        assertThat(warm.joins()).isZero();
        assertThat(cold.joins()).isGreaterThan(1000);
        assertThat(warm.nodeMinutes()).isGreaterThan(cold.nodeMinutes());
    }

    @Test
    void warmEnvironmentsAreRenewedWithoutTraffic() {
        LambdaFleet.Settings mortal = new LambdaFleet.Settings(SECONDS, 2, 10, 1, Integer.MAX_VALUE, 0, 1000, 0, 30);
        LambdaFleet fleet = new LambdaFleet(mortal.withWarm(500), 2);

        ScaleResult result = simulate(STEADY, 0, fleet);

        assertThat(fleet.nodes()).isEqualTo(500);
        assertThat(result.joins()).isBetween(400L, 600L);
    }

    @Test
    void sharedEnvironmentsFollowTheLoadAndKeepTheirLeast() {
        SharedFleet.Settings pods = new SharedFleet.Settings(SECONDS, 100, 0.7, 2, 15, 10, 2, 4, 20);
        SharedFleet fleet = new SharedFleet(pods);

        ScaleResult result = simulate(ArrivalCurve.BURST, 1000, fleet);

        assertThat(result.nodes()).isBetween(15, 17);
        assertThat(fleet.nodes()).isEqualTo(2);
    }

    @Test
    void sharedEnvironmentsThatGrowSlowlyLetRequestsWait() {
        SharedFleet.Settings slow = new SharedFleet.Settings(SECONDS, 32, 0.5, 3, 60, 60, 1.15, 1, 15);

        assertThat(simulate(ArrivalCurve.BURST, 1000, new SharedFleet(slow)).unserved())
                .isGreaterThan(0.3);
    }

    @Test
    void joinCostsMoreWithMoreNodesAndLessWithPolicy() {
        assertThat(SERVER.coresIsolated(60, 0, 0, 60)).isCloseTo(0.1, within(1e-9));
        assertThat(SERVER.coresIsolated(60, 60, 100, 60)).isCloseTo(0.2, within(1e-9));
        assertThat(SERVER.coresWithoutPolicy(60, 60, 100, 60)).isCloseTo(0.25, within(1e-9));
    }

    @Test
    void curveChangesEvenlyBetweenItsPoints() {
        assertThat(ArrivalCurve.BURST.share(1230)).isCloseTo(0.525, within(1e-9));
        assertThat(ArrivalCurve.BURST.share(9999)).isEqualTo(0.05);
    }

    @Test
    void rejectsPointsThatAreNotInOrder() {
        assertThatThrownBy(() ->
                        new ArrivalCurve("wrong", List.of(new ArrivalCurve.Point(5, 1), new ArrivalCurve.Point(5, 0))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
