package dev.tailnetproxy.cdk;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.ec2.ISecurityGroup;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.iam.Grant;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.IPrincipal;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.FunctionUrl;
import software.amazon.awscdk.services.lambda.FunctionUrlAuthType;
import software.amazon.awscdk.services.lambda.FunctionUrlOptions;
import software.amazon.awscdk.services.lambda.ILayerVersion;
import software.amazon.awscdk.services.lambda.InvokeMode;
import software.amazon.awscdk.services.lambda.Tracing;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/**
 * The proxy: a function with the Tailscale layer behind a Function URL that only signed requests of those pass who were
 * granted it with {@link #grantInvokeUrl}.
 *
 * <p>SnapStart stays off: environments restored from one snapshot would share one node's keys, and the control server
 * would see them as one machine in several places.
 */
public class TailscaleProxy extends Construct implements IGrantable {

    private final TailscaleProxyProps props;
    private final ProxyLayers layers;
    private final LogGroup logGroup;
    private final Function function;
    private final FunctionUrl functionUrl;
    private final CallerGrants callers;
    private final ProxyMonitoring monitoring;

    /** @throws IllegalArgumentException with a sentence when a property cannot be right or a zip was not built yet */
    public TailscaleProxy(Construct scope, String id, TailscaleProxyProps props) {
        super(scope, id);
        this.props = props;
        RegionValidator.check(this, props);
        ProxyFunction.Build build = ProxyFunction.Build.of(props);
        Annotations.of(this)
                .addInfo("deploys the " + build.runtime() + " build of the proxy, "
                        + build.archive().path());

        this.layers = new ProxyLayers(this, props, build.architecture());
        this.logGroup = new ProxyLogGroup(this, "LogGroup", props);
        this.function = new ProxyFunction(this, "Function", props, build, layers.all(), logGroup);
        this.functionUrl = function.addFunctionUrl(FunctionUrlOptions.builder()
                .authType(FunctionUrlAuthType.AWS_IAM)
                .invokeMode(props.getInvokeMode())
                .build());
        this.callers = new CallerGrants(function, EnvironmentVariables.of(build.runtime(), props));
        this.monitoring = new ProxyMonitoring(this, props);

        props.getWarmEnvironments().ifPresent(environments -> TailscaleProxyWarmer.Builder.create(this, "Warmer")
                .proxy(this)
                .environments(environments)
                .build());
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
        return layers.tailscale();
    }

    public LogGroup getLogGroup() {
        return logGroup;
    }

    public Duration getTimeout() {
        return props.getTimeout();
    }

    public Optional<Integer> getReservedConcurrentExecutions() {
        return props.getReservedConcurrentExecutions();
    }

    /** Empty unless they were asked for. */
    public List<Alarm> getAlarms() {
        return monitoring.alarms();
    }

    /** Empty unless it was asked for. */
    public Optional<Dashboard> getDashboard() {
        return monitoring.dashboard();
    }

    /** Builds a {@link TailscaleProxy}; each method is the property of that name in {@link TailscaleProxyProps}. */
    public static final class Builder implements software.amazon.jsii.Builder<TailscaleProxy> {

        private final Construct scope;
        private final String id;
        private final TailscaleProxyProps.Builder props = TailscaleProxyProps.builder();

        private Builder(Construct scope, String id) {
            this.scope = scope;
            this.id = id;
        }

        public static Builder create(Construct scope, String id) {
            return new Builder(scope, id);
        }

        public Builder credentials(TailnetCredentials credentials) {
            props.credentials(credentials);
            return this;
        }

        public Builder node(NodeOptions node) {
            props.node(node);
            return this;
        }

        public Builder proxyOptions(ProxyOptions proxyOptions) {
            props.proxyOptions(proxyOptions);
            return this;
        }

        public Builder functionArchive(String functionArchive) {
            props.functionArchive(functionArchive);
            return this;
        }

        public Builder runtime(ProxyRuntime runtime) {
            props.runtime(runtime);
            return this;
        }

        public Builder architecture(Architecture architecture) {
            props.architecture(architecture);
            return this;
        }

        public Builder layer(ILayerVersion layer) {
            props.layer(layer);
            return this;
        }

        public Builder layerArchive(String layerArchive) {
            props.layerArchive(layerArchive);
            return this;
        }

        public Builder caBundle(String caBundle) {
            props.caBundle(caBundle);
            return this;
        }

        public Builder functionName(String functionName) {
            props.functionName(functionName);
            return this;
        }

        public Builder memorySize(int memorySize) {
            props.memorySize(memorySize);
            return this;
        }

        public Builder timeout(Duration timeout) {
            props.timeout(timeout);
            return this;
        }

        public Builder invokeMode(InvokeMode invokeMode) {
            props.invokeMode(invokeMode);
            return this;
        }

        public Builder logRetention(RetentionDays logRetention) {
            props.logRetention(logRetention);
            return this;
        }

        public Builder logRemovalPolicy(RemovalPolicy logRemovalPolicy) {
            props.logRemovalPolicy(logRemovalPolicy);
            return this;
        }

        public Builder reservedConcurrentExecutions(int reservedConcurrentExecutions) {
            props.reservedConcurrentExecutions(reservedConcurrentExecutions);
            return this;
        }

        public Builder vpc(IVpc vpc) {
            props.vpc(vpc);
            return this;
        }

        public Builder vpcSubnets(SubnetSelection vpcSubnets) {
            props.vpcSubnets(vpcSubnets);
            return this;
        }

        public Builder securityGroups(List<? extends ISecurityGroup> securityGroups) {
            props.securityGroups(securityGroups);
            return this;
        }

        public Builder secretEncryptionKey(IKey secretEncryptionKey) {
            props.secretEncryptionKey(secretEncryptionKey);
            return this;
        }

        public Builder logEncryption(IKey logEncryption) {
            props.logEncryption(logEncryption);
            return this;
        }

        public Builder environmentEncryption(IKey environmentEncryption) {
            props.environmentEncryption(environmentEncryption);
            return this;
        }

        public Builder tracing(Tracing tracing) {
            props.tracing(tracing);
            return this;
        }

        public Builder tags(Map<String, String> tags) {
            props.tags(tags);
            return this;
        }

        public Builder warmEnvironments(int warmEnvironments) {
            props.warmEnvironments(warmEnvironments);
            return this;
        }

        public Builder monitoring(MonitoringOptions monitoring) {
            props.monitoring(monitoring);
            return this;
        }

        @Override
        public TailscaleProxy build() {
            return new TailscaleProxy(scope, id, props.build());
        }
    }
}
