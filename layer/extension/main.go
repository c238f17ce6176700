// Package extension is the Lambda extension that joins a function's environment to a tailnet.
//
// It is compiled into tailscaled as the subcommand lambda-extension, and started by /opt/extensions/tailscale.
package extension

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"

	"tailscale.com/version"

	"dev.tailnetproxy/layer/extension/awsapi"
	"dev.tailnetproxy/layer/extension/config"
	"dev.tailnetproxy/layer/extension/hostdial"
	"dev.tailnetproxy/layer/extension/logging"
	"dev.tailnetproxy/layer/extension/memory"
	"dev.tailnetproxy/layer/extension/problem"
	"dev.tailnetproxy/layer/extension/rundir"
	"dev.tailnetproxy/layer/extension/secret"
	"dev.tailnetproxy/layer/extension/statefile"
	"dev.tailnetproxy/layer/extension/sts"
	"dev.tailnetproxy/layer/extension/supervisor"
	"dev.tailnetproxy/layer/extension/tailnet"
)

// Main runs the extension until Lambda, or a signal, ends it, and ends the process. Its argument is the name to register
// under.
func Main(arguments []string) error {
	if err := run(arguments); err != nil {
		os.Exit(1) // the log has the error; tailscaled's main would write it once more
	}
	return nil
}

func run(arguments []string) error {
	started := time.Now()
	name := "tailscale"
	if len(arguments) > 0 {
		name = arguments[0]
	}
	redactor := logging.NewRedactor()
	log := logging.New(os.Stdout, logging.Info, redactor, started, time.Now)
	settings, configurationError := config.Load(os.LookupEnv)
	log.SetLevel(settings.LogLevel)
	log.Infof("extension %q with tailscale %s starts", name, version.Short())
	for _, note := range settings.Notes {
		log.Infof("%s", note)
	}

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	ticks := time.NewTicker(supervisor.TickInterval)
	l := &lifecycle{name: name, log: log, signals: signals, now: time.Now, ticks: ticks.C}
	// Before anything else: the function's own start follows the registration.
	var ports *forwards
	if configurationError == nil {
		ports, configurationError = openForwards(settings, log)
	}
	if err := l.register(context.Background(), os.Getenv("AWS_LAMBDA_RUNTIME_API")); err != nil {
		log.Errorf("%v", err)
		return err
	}
	dir := rundir.Dir(settings.RunDir)
	dependencies, err := assemble(settings, configurationError, dir, log, redactor)
	if err != nil {
		ports.close()
		return l.runDegraded(dir, settings, problem.FromError(err))
	}
	dependencies.Ticks = ticks.C
	ports.addTo(&dependencies)
	sup := supervisor.New(dependencies)
	dependencies.Launcher.OnLogLine = sup.HandleLogLine
	ports.start(sup)
	l.forwards = ports
	return l.run(sup)
}

// assemble creates the parts of the supervisor, or returns why that is impossible.
func assemble(settings config.Config, configurationError error, dir rundir.Dir, log *logging.Logger, redactor *logging.Redactor) (supervisor.Dependencies, error) {
	if err := dir.Prepare(); err != nil {
		return supervisor.Dependencies{}, err
	}
	if configurationError != nil {
		return supervisor.Dependencies{}, invalid(configurationError)
	}
	var caBundle string
	var roots *x509.CertPool
	if settings.ExtraCA != "" {
		var err error
		if caBundle, roots, err = dir.WriteCABundle(settings.ExtraCA, os.Getenv("SSL_CERT_FILE")); err != nil {
			return supervisor.Dependencies{}, invalid(err)
		}
	}
	binary, err := os.Executable()
	if err != nil {
		return supervisor.Dependencies{}, err
	}
	redactor.AddSecret(settings.AWS.SecretAccessKey)
	redactor.AddSecret(settings.AWS.SessionToken)
	localAPI := tailnet.NewLocalAPI(dir.Socket())
	localAPI.WatchPeers = settings.ExitNode.Node != ""
	return supervisor.Dependencies{
		Config:   settings,
		Dir:      dir,
		Log:      log,
		Redactor: redactor,
		Launcher: &tailnet.Launcher{
			Binary:      binary,
			Dir:         dir,
			SocksPort:   settings.SocksPort,
			Environment: daemonEnvironment(settings, caBundle),
		},
		LocalAPI:   localAPI,
		Credential: credential(settings, roots),
		Now:        time.Now,
		Version:    version.Short(),
	}, nil
}

// daemonEnvironment is that of tailscaled and of its command.
func daemonEnvironment(settings config.Config, caBundle string) []string {
	environment := tailnet.ChildEnvironment(os.Environ(), settings.SocksPort, caBundle)
	if settings.TailnetOnly || settings.ExitNode.Node != "" && settings.ExitNode.Required {
		environment = append(environment, hostdial.DenyHostDialEntry)
	}
	if limit := memory.EnvironmentEntry(os.LookupEnv, os.DirFS("/")); limit != "" {
		environment = append(environment, limit)
	}
	return environment
}

// invalid makes err a problem of the configuration, unless err is another problem already (a full disk).
func invalid(err error) error {
	var known *problem.Problem
	if errors.As(err, &known) {
		return known
	}
	return &problem.Problem{Code: problem.InvalidConfiguration, Message: err.Error(), Definite: true}
}

// credential is where the key, or the token in its place, comes from.
func credential(settings config.Config, roots *x509.CertPool) func(context.Context) (string, error) {
	if file := settings.Credential.TokenFile; file != "" {
		return (&secret.TokenFile{Path: file}).Token
	}
	if file := settings.Credential.KeyFile; file != "" {
		return (&secret.KeyFile{Path: file, Field: settings.Credential.KeyField}).Key
	}
	transport := &http.Transport{
		// The credential cannot come through tailscaled, which needs it to join.
		Proxy: func(request *http.Request) (*url.URL, error) {
			proxy, err := http.ProxyFromEnvironment(request)
			if proxy != nil && tailnet.IsOwnProxy(proxy.String(), settings.SocksPort) {
				return nil, nil
			}
			return proxy, err
		},
		TLSClientConfig:   &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2: true,
		// Hours lie between two calls: an idle connection would not survive the next freeze.
		DisableKeepAlives: true,
	}
	client := &awsapi.Client{Settings: settings.AWS, HTTP: &http.Client{Transport: transport}, Now: time.Now}
	if settings.Credential.Federated() {
		return (&sts.TokenSource{Client: client, Audience: settings.Credential.Audience}).Token
	}
	return (&secret.KeySource{Client: client, Credential: settings.Credential}).Key
}

// writeDegradedState tells the proxy why there will be no tailnet.
func writeDegradedState(dir rundir.Dir, settings config.Config, current *problem.Problem) error {
	return statefile.Write(dir.StateFile(), statefile.State{
		Phase:            statefile.Starting,
		Problem:          current,
		Updated:          current.Since,
		TailscaleVersion: version.Short(),
		Hostname:         settings.Hostname,
	})
}
