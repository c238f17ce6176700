package dev.tailnetproxy.client;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;

/** Credentials as a test gives them, asked for at each signature. */
record TestCredentials(Supplier<AwsCredentialsIdentity> source) implements IdentityProvider<AwsCredentialsIdentity> {

    static TestCredentials fixed() {
        return new TestCredentials(() -> AwsCredentialsIdentity.create("AKIATEST", "test-secret"));
    }

    @Override
    public Class<AwsCredentialsIdentity> identityType() {
        return AwsCredentialsIdentity.class;
    }

    @Override
    public CompletableFuture<? extends AwsCredentialsIdentity> resolveIdentity(ResolveIdentityRequest request) {
        return CompletableFuture.completedFuture(source.get());
    }
}
