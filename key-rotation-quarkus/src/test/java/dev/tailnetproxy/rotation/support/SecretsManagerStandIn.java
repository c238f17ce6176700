package dev.tailnetproxy.rotation.support;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.InvalidParameterException;
import software.amazon.awssdk.services.secretsmanager.model.PutSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.PutSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceExistsException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.RotationRulesType;
import software.amazon.awssdk.services.secretsmanager.model.UpdateSecretVersionStageRequest;
import software.amazon.awssdk.services.secretsmanager.model.UpdateSecretVersionStageResponse;

/** A stand-in for Secrets Manager behind the SDK's interface, with versions and labels that behave as the real ones. */
public final class SecretsManagerStandIn implements SecretsManagerClient {

    private static final String CURRENT = "AWSCURRENT";
    private static final String PENDING = "AWSPENDING";
    private static final String PREVIOUS = "AWSPREVIOUS";

    private static final class Version {
        private final Set<String> labels = new TreeSet<>();
        private final Instant created;
        private @Nullable String value;

        private Version(Instant created) {
            this.created = created;
        }
    }

    private final Map<String, Map<String, Version>> secrets = new HashMap<>();
    private final Calls calls;
    private final Clock clock;
    private long periodDays = 60;

    /** No secret yet. */
    public SecretsManagerStandIn(Calls calls, Clock clock) {
        this.calls = calls;
        this.clock = clock;
    }

    /** Stores a secret with one version. */
    public void create(String name, String value) {
        Version version = new Version(clock.instant());
        version.value = value;
        version.labels.add(CURRENT);
        Map<String, Version> versions = new LinkedHashMap<>();
        versions.put("first", version);
        secrets.put(name, versions);
    }

    /** The days between two rotations. */
    public void period(long days) {
        periodDays = days;
    }

    /** What Secrets Manager does before it calls the function. */
    public void begin(String name, String token) {
        Map<String, Version> versions = versions(name);
        Version pending = withLabel(versions, PENDING).orElse(null);
        if (pending != null && !pending.labels.contains(CURRENT)) {
            throw new IllegalStateException("A previous rotation isn't complete.");
        }
        versions.values().forEach(version -> version.labels.remove(PENDING));
        Version version = new Version(clock.instant());
        version.labels.add(PENDING);
        versions.put(token, version);
    }

    /** What RotateImmediately=false makes: a pending version that holds the current value. */
    public void beginTestOnly(String name, String token) {
        String value = current(name);
        begin(name, token);
        Version version = versions(name).get(token);
        if (version != null) {
            version.value = value;
        }
    }

    /** Takes a version away. */
    public void remove(String name, String token) {
        versions(name).remove(token);
    }

    /** The current value. */
    public String current(String name) {
        return value(name, CURRENT).orElseThrow();
    }

    /** The value before it. */
    public Optional<String> previous(String name) {
        return value(name, PREVIOUS);
    }

    /** The version with a label. */
    public Optional<String> versionWith(String name, String label) {
        return versions(name).entrySet().stream()
                .filter(entry -> entry.getValue().labels.contains(label))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private Optional<String> value(String name, String label) {
        return withLabel(versions(name), label).flatMap(version -> Optional.ofNullable(version.value));
    }

    private static Optional<Version> withLabel(Map<String, Version> versions, String label) {
        return versions.values().stream()
                .filter(version -> version.labels.contains(label))
                .findFirst();
    }

    private Map<String, Version> versions(String name) {
        Map<String, Version> versions = secrets.get(name);
        if (versions == null) {
            throw ResourceNotFoundException.builder().message("no such secret").build();
        }
        return versions;
    }

    private <T> T make(String name, java.util.function.Supplier<T> effect) {
        try {
            return calls.make(name, effect);
        } catch (Calls.NoResponse e) {
            throw SdkClientException.create("no response", e);
        }
    }

    @Override
    public DescribeSecretResponse describeSecret(DescribeSecretRequest request) {
        return make("DescribeSecret", () -> {
            Map<String, List<String>> stages = new HashMap<>();
            versions(request.secretId()).forEach((id, version) -> {
                if (!version.labels.isEmpty()) {
                    stages.put(id, List.copyOf(version.labels));
                }
            });
            return DescribeSecretResponse.builder()
                    .arn("arn:aws:secretsmanager:eu-central-1:123456789012:secret:" + request.secretId() + "-AbCdEf")
                    .rotationEnabled(true)
                    .rotationRules(RotationRulesType.builder()
                            .automaticallyAfterDays(periodDays)
                            .build())
                    .versionIdsToStages(stages)
                    .build();
        });
    }

    @Override
    public GetSecretValueResponse getSecretValue(GetSecretValueRequest request) {
        return make("GetSecretValue", () -> {
            Map<String, Version> versions = versions(request.secretId());
            for (Map.Entry<String, Version> entry : versions.entrySet()) {
                Version version = entry.getValue();
                boolean asked = version.labels.contains(request.versionStage())
                        && (request.versionId() == null || request.versionId().equals(entry.getKey()));
                if (asked && version.value != null) {
                    return GetSecretValueResponse.builder()
                            .versionId(entry.getKey())
                            .secretString(version.value)
                            .createdDate(version.created)
                            .build();
                }
            }
            throw ResourceNotFoundException.builder().message("no value").build();
        });
    }

    @Override
    public PutSecretValueResponse putSecretValue(PutSecretValueRequest request) {
        return make("PutSecretValue", () -> {
            Map<String, Version> versions = versions(request.secretId());
            Version version =
                    versions.computeIfAbsent(request.clientRequestToken(), token -> new Version(clock.instant()));
            if (version.value != null && !version.value.equals(request.secretString())) {
                throw ResourceExistsException.builder().message("another value").build();
            }
            version.value = request.secretString();
            for (String label : request.versionStages()) {
                versions.values().forEach(other -> other.labels.remove(label));
                version.labels.add(label);
            }
            return PutSecretValueResponse.builder().build();
        });
    }

    @Override
    public UpdateSecretVersionStageResponse updateSecretVersionStage(UpdateSecretVersionStageRequest request) {
        return make("UpdateSecretVersionStage", () -> {
            Map<String, Version> versions = versions(request.secretId());
            Version to = versions.get(request.moveToVersionId());
            Version from = withLabel(versions, request.versionStage()).orElse(null);
            Version named = versions.get(request.removeFromVersionId());
            if (to == null || from != named) {
                throw InvalidParameterException.builder()
                        .message("the label is on another version")
                        .build();
            }
            if (from != null) {
                from.labels.remove(request.versionStage());
                versions.values().forEach(version -> version.labels.remove(PREVIOUS));
                from.labels.add(PREVIOUS);
            }
            to.labels.add(request.versionStage());
            return UpdateSecretVersionStageResponse.builder().build();
        });
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
