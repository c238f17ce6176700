package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.iam.Grant;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.IPrincipal;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.FunctionUrl;
import software.amazon.awscdk.services.lambda.FunctionUrlAuthType;
import software.amazon.awscdk.services.lambda.FunctionUrlOptions;
import software.amazon.awscdk.services.lambda.ILayerVersion;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/**
 * The proxy: a function with the Tailscale layer behind a Function URL that accepts only signed requests of principals that were
 * granted it with {@link #grantInvokeUrl}.
 *
 * <p>SnapStart stays off: environments restored from one snapshot would share one node's keys, and the control server
 * would see them as one machine in several places.
 */
public class TailscaleProxy extends Construct implements IGrantable, WarmableFunction {

    private final TailscaleProxyProps props;
    private final ProxyFunction proxyFunction;
    private final JavaFunction function;
    private final FunctionUrl functionUrl;
    private final CallerGrants callers;
    private final ProxyMonitoring monitoring;

    /** @throws IllegalArgumentException with a sentence when a property cannot be right or a zip was not built yet */
    public TailscaleProxy(Construct scope, String id, TailscaleProxyProps props) {
        super(scope, id);
        this.props = props;
        this.proxyFunction = new ProxyFunction(
                this,
                props,
                new ProxyFunction.Purpose(
                        "Forwards signed requests into a tailnet",
                        "The tailnet proxy",
                        EnvironmentVariables.of(props),
                        role -> {},
                        "shorten allowedTargets, deniedTargets and tlsInsecureTargets, with prefixes and *.suffix for "
                                + "example"));
        this.function = proxyFunction.function();
        this.functionUrl = function.addFunctionUrl(FunctionUrlOptions.builder()
                .authType(FunctionUrlAuthType.AWS_IAM)
                .invokeMode(props.getInvokeMode())
                .build());
        this.callers = new CallerGrants(function, proxyFunction.variables());
        this.monitoring = new ProxyMonitoring(this, function, props);

        TailscaleProxyWarmer.add(this, this, props);
        props.getTags().forEach(Tags.of(this)::add);
    }

    /**
     * Lets a principal send requests: {@code lambda:InvokeFunctionUrl} and {@code lambda:InvokeFunction}, both through
     * the Function URL alone. A principal of this account gets a policy; one of another account is let in by the
     * function's own policy and needs both actions on its side too.
     *
     * <p>In a stack without an {@code env} the CDK cannot tell accounts apart: for a role of another account, imported by
     * {@code Role.fromRoleArn}, it also writes a policy for the role of that name in this account, and the deployment
     * fails where there is none. Give an {@code ArnPrincipal} or an {@code AccountPrincipal}, or give the stack its
     * {@code env}.
     */
    public Grant grantInvokeUrl(IGrantable grantee) {
        callers.addWithoutTargets(grantee);
        return functionUrl.grantInvokeUrl(grantee);
    }

    /**
     * Like {@link #grantInvokeUrl(IGrantable)}, but lets the role, the user or the account reach these targets only
     * ({@code TS_PROXY_CALLER_TARGETS}). From the first such grant on, whom none names reaches nothing. Grants to the same
     * principal add up. A role of another stack that needs this proxy's URL has to be imported by its name.
     *
     * @throws IllegalArgumentException for another principal; beside a grant without targets; when it no longer fits into a
     *     function's variables
     */
    public Grant grantInvokeUrl(IGrantable grantee, Targets targets) {
        callers.add(grantee, targets);
        return functionUrl.grantInvokeUrl(grantee);
    }

    /** The function itself, to be granted more. */
    @Override
    public IPrincipal getGrantPrincipal() {
        return function.getGrantPrincipal();
    }

    @Override
    public Function getFunction() {
        return function;
    }

    public FunctionUrl getFunctionUrl() {
        return functionUrl;
    }

    /** Where requests go: {@code https://….lambda-url.….on.aws/}. */
    public String getUrl() {
        return functionUrl.getUrl();
    }

    public ILayerVersion getLayer() {
        return proxyFunction.layer();
    }

    public LogGroup getLogGroup() {
        return function.ownLogGroup();
    }

    @Override
    public Duration getTimeout() {
        return props.getTimeout();
    }

    @Override
    public Optional<Integer> getReservedConcurrentExecutions() {
        return props.getReservedConcurrentExecutions();
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
