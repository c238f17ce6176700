package config

// AWS is what signs and addresses the calls to AWS.
type AWS struct {
	Region                 string
	AccessKeyID            string
	SecretAccessKey        string
	SessionToken           string
	SecretsManagerEndpoint string
	STSEndpoint            string
}

func (r *reader) aws() AWS {
	endpoint := func(service string) string {
		if r.boolean("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", false) {
			return ""
		}
		name := "AWS_ENDPOINT_URL_" + service
		value := r.text(name, "")
		if value == "" {
			name = "AWS_ENDPOINT_URL"
			value = r.text(name, "")
		}
		return r.httpURL(name, value)
	}
	return AWS{
		Region:                 r.text("AWS_REGION", r.text("AWS_DEFAULT_REGION", "")),
		AccessKeyID:            r.text("AWS_ACCESS_KEY_ID", ""),
		SecretAccessKey:        r.text("AWS_SECRET_ACCESS_KEY", ""),
		SessionToken:           r.text("AWS_SESSION_TOKEN", ""),
		SecretsManagerEndpoint: endpoint("SECRETS_MANAGER"),
		STSEndpoint:            endpoint("STS"),
	}
}

// unsupportedCredentialSources are where AWS's libraries look for credentials besides the variables for the keys themselves. The extension
// does not: a client for each would cost more of the layer than the rest of it.
var unsupportedCredentialSources = []struct{ variable, usedBy, advice string }{
	{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "as Lambda with SnapStart and EKS Pod Identity do it",
		"so switch SnapStart off (environments from one snapshot would be one node anyway); elsewhere set these variables"},
	{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "as ECS does it for a task with a role", "so set these variables"},
	{"AWS_WEB_IDENTITY_TOKEN_FILE", "as EKS does it for a service account with a role", "so set these variables"},
	{"AWS_PROFILE", "which names a profile in a file", "so set these variables"},
	{"AWS_SHARED_CREDENTIALS_FILE", "which names a file", "so set these variables"},
}

// checkAWS is for credentials that come from AWS; others need neither a region nor AWS credentials.
func (r *reader) checkAWS(c Config) {
	if !c.Credential.FromAWS() {
		return
	}
	if c.AWS.Region == "" && c.Credential.Region() == "" {
		r.fail("AWS_REGION is not set: it is needed to call AWS; Lambda sets it, elsewhere set it yourself")
	}
	r.checkAWSCredentials(c.AWS)
}

// checkAWSCredentials says at once what no attempt could change: the variables of a process stay as they are.
func (r *reader) checkAWSCredentials(aws AWS) {
	const advice = "the extension takes AWS credentials only from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN), "
	switch {
	case aws.AccessKeyID != "" && aws.SecretAccessKey != "":
		return
	case aws.AccessKeyID != "":
		r.fail("AWS_SECRET_ACCESS_KEY is not set, but AWS_ACCESS_KEY_ID is: " + advice + "which have to be set together")
		return
	case aws.SecretAccessKey != "":
		r.fail("AWS_ACCESS_KEY_ID is not set, but AWS_SECRET_ACCESS_KEY is: " + advice + "which have to be set together")
		return
	}
	for _, source := range unsupportedCredentialSources {
		if r.text(source.variable, "") != "" {
			r.fail("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, but " + source.variable + " is, " + source.usedBy + ": " + advice +
				source.advice)
			return
		}
	}
	r.fail("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set: " + advice +
		"which Lambda sets for a function with a role; elsewhere set them yourself")
}
