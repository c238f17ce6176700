package dev.tailnetproxy.localstack.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadSummaryTest {

    private static final List<LoadRecord> RECORDS = Stream.of(
                    "get,get-1,1000,5,1,5,ok,",
                    "get,get-2,1100,3010,2,3000,ok,kept:silent",
                    "get,get-3,1200,40,2,30,lost,503:TailnetUnavailable|new:RemoteDisconnected",
                    "get,get-4,9000,7,1,7,ok,",
                    "post,post-1,1000,6,1,6,ok,")
            .map(LoadRecord::parse)
            .toList();

    @Test
    void countsRepeatedAndLostRequestsOfItsKind() {
        LoadSummary summary = LoadSummary.of(LoadKind.GET, RECORDS);

        assertThat(summary.requests()).isEqualTo(4);
        assertThat(summary.repeated()).isEqualTo(1);
        assertThat(summary.lost()).extracting(LoadRecord::id).containsExactly("get-3");
        assertThat(summary.longestMillis()).isEqualTo(3010);
        assertThat(summary.longestAttemptMillis()).isEqualTo(3000);
        assertThat(summary.causes())
                .isEqualTo(Map.of("503:TailnetUnavailable", 1L, "kept:silent", 1L, "new:RemoteDisconnected", 1L));
    }

    @Test
    void gapLastsFromFirstToLastDisturbedRequest() {
        assertThat(LoadSummary.of(LoadKind.GET, RECORDS).gapMillis()).isEqualTo(1100 + 3010 - 1100);
        assertThat(LoadSummary.of(LoadKind.POST, RECORDS).gapMillis()).isZero();
    }

    @Test
    void kindWithoutRequestsHasNothing() {
        assertThat(LoadSummary.of(LoadKind.QUERY, RECORDS))
                .isEqualTo(new LoadSummary(LoadKind.QUERY, 0, 0, List.of(), 0, 0, 0, Map.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "kind,id,start,millis,attempts,longest,outcome,causes",
                "put,put-1,1000,5,1,5,ok,",
                "get,get-1,1000,5,1,5,ok",
                "get,get-1,1000,5,1,5,ok,,",
                "get,get-1,1000,5,1,5,fine,",
                "get,get-1,1000,5,1,5,lost,",
                "get,get-1,1000,5,2,5,ok,",
                "get,get-1,1000,5,1,5,ok,kept:silent",
                "get,get-1,now,5,1,5,ok,"
            })
    void rejectsWhatIsNoRecord(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> LoadRecord.parse(line));
    }
}
