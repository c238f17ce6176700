package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.IPrincipal;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.FunctionUrl;
import software.amazon.awscdk.services.lambda.FunctionUrlAuthType;
import software.amazon.awscdk.services.lambda.FunctionUrlOptions;
import software.amazon.awscdk.services.lambda.ILayerVersion;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/**
 * The proxy in forwarder mode: a function with the Tailscale layer that forwards the requests of senders on the internet to one
 * target in the tailnet. It serves the HTTP API of a {@link WebhookForwarder}, or a Function URL without authentication.
 */
public class TailnetForwarder extends Construct implements IGrantable, WarmableFunction {

    private final TailnetForwarderProps props;
    private final ProxyFunction proxyFunction;
    private final Optional<FunctionUrl> functionUrl;
    private final ProxyMonitoring monitoring;

    /** @throws IllegalArgumentException with a sentence when a property cannot be right or a zip was not built yet */
    public TailnetForwarder(Construct scope, String id, TailnetForwarderProps props) {
        super(scope, id);
        this.props = props;
        ForwarderOptions options = props.getForwarder();
        options.getVerification().ifPresent(verification -> RegionValidator.check(this, verification));
        this.proxyFunction = new ProxyFunction(
                this,
                props,
                new ProxyFunction.Purpose(
                        "Forwards requests of senders on the internet into a tailnet",
                        "The forwarder into the tailnet",
                        EnvironmentVariables.of(props),
                        role -> addRights(role, options),
                        "shorten the lists of forwarder and proxyOptions, with prefixes and /folder/* for example"));
        this.functionUrl = options.getGateway() == ForwarderGateway.FUNCTION_URL
                ? Optional.of(openUrl(proxyFunction.function()))
                : Optional.empty();
        this.monitoring = new ProxyMonitoring(this, proxyFunction.function(), props);
        TailscaleProxyWarmer.add(this, this, props);
        props.getTags().forEach(Tags.of(this)::add);
    }

    private static void addRights(Role role, ForwarderOptions options) {
        options.getVerification().ifPresent(verification -> new StoredSecret(
                        verification.getSecret(), verification.getSecretEncryptionKey())
                .grantRead(role));
    }

    /** Senders have no AWS identity. The options are refused without another check of who they are. */
    private static FunctionUrl openUrl(Function function) {
        return function.addFunctionUrl(
                FunctionUrlOptions.builder().authType(FunctionUrlAuthType.NONE).build());
    }

    /** The function itself, to be granted more. */
    @Override
    public IPrincipal getGrantPrincipal() {
        return getFunction().getGrantPrincipal();
    }

    @Override
    public Function getFunction() {
        return proxyFunction.function();
    }

    /** Where senders send to; empty behind an HTTP API. */
    public Optional<String> getUrl() {
        return functionUrl.map(FunctionUrl::getUrl);
    }

    ForwarderOptions options() {
        return props.getForwarder();
    }

    @Override
    public Duration getTimeout() {
        return props.getTimeout();
    }

    @Override
    public Optional<Integer> getReservedConcurrentExecutions() {
        return props.getReservedConcurrentExecutions();
    }

    public ILayerVersion getLayer() {
        return proxyFunction.layer();
    }

    public LogGroup getLogGroup() {
        return proxyFunction.function().ownLogGroup();
    }

    /** Empty unless monitoring enables them. */
    public List<Alarm> getAlarms() {
        return monitoring.alarms();
    }

    /** Empty unless monitoring enables it. */
    public Optional<Dashboard> getDashboard() {
        return monitoring.dashboard();
    }
}
