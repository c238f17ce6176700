// Package secret reads the key to join with from AWS Secrets Manager.
package secret

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"dev.tailnetproxy/layer/extension/awsapi"
	"dev.tailnetproxy/layer/extension/config"
	"dev.tailnetproxy/layer/extension/problem"
)

// Store reads one secret.
type Store struct {
	Caller     *awsapi.Caller
	Credential config.Credential
}

// Key reads the secret anew and takes the key out of it.
func (s *Store) Key(ctx context.Context) (string, error) {
	region := s.Credential.Region()
	if region == "" {
		region = s.Caller.Settings.Region
	}
	body, err := json.Marshal(map[string]string{"SecretId": s.Credential.SecretID})
	if err != nil {
		return "", err
	}
	call := awsapi.Call{
		Service:  "secretsmanager",
		Region:   region,
		Endpoint: s.Caller.Settings.SecretsManagerEndpoint,
		Headers: map[string]string{
			"Content-Type": "application/x-amz-json-1.1",
			"X-Amz-Target": "secretsmanager.GetSecretValue",
		},
		Body: body,
	}
	answer, err := s.Caller.Send(ctx, call)
	if err != nil {
		return "", s.explain(call, err)
	}
	var value struct {
		SecretString *string
		SecretBinary []byte
	}
	if err := json.Unmarshal(answer, &value); err != nil {
		return "", &problem.Problem{Code: problem.SecretUnavailable, Message: fmt.Sprintf(
			"Secrets Manager at %s answered something that is not JSON; check AWS_ENDPOINT_URL_SECRETS_MANAGER and proxies in between", call.Where())}
	}
	switch {
	case value.SecretString != nil:
		return s.pick(*value.SecretString)
	case value.SecretBinary != nil:
		return s.pick(string(value.SecretBinary))
	default:
		return "", s.invalid("has no value; store the key as its value")
	}
}

func (s *Store) explain(call awsapi.Call, err error) error {
	var refusal *awsapi.Refusal
	if !errors.As(err, &refusal) {
		return &problem.Problem{Code: problem.SecretUnavailable, Message: fmt.Sprintf(
			"Secrets Manager at %s could not be asked for secret %q: %s; check the function's way to it (VPC endpoint, NAT, security group)",
			call.Where(), s.Credential.SecretID, awsapi.Cause(err))}
	}
	var told struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
		Upper   string `json:"Message"`
	}
	_ = json.Unmarshal(refusal.Body, &told) // what is no JSON has no type and is described by its status
	kind := told.Type[strings.LastIndexByte(told.Type, '#')+1:]
	secret := fmt.Sprintf("secret %q in %s", s.Credential.SecretID, call.Region)
	switch kind {
	case "ResourceNotFoundException":
		return definite(problem.SecretUnavailable, "%s does not exist or has no value; check TS_SECRET_API_KEY and the region", secret)
	case "AccessDeniedException", "AccessDenied":
		return definite(problem.AccessDenied, "%s may not be read by this function's role; grant it secretsmanager:GetSecretValue (and kms:Decrypt for a key of your own)", secret)
	case "DecryptionFailure", "KMSAccessDeniedException":
		return definite(problem.AccessDenied, "%s could not be decrypted; grant this function's role kms:Decrypt on the secret's key", secret)
	case "UnrecognizedClientException", "InvalidSignatureException", "ExpiredTokenException", "InvalidClientTokenId":
		return definite(problem.AccessDenied, "%s was refused because AWS does not accept this environment's credentials (%s)", secret, kind)
	case "InvalidRequestException", "ValidationException", "InvalidParameterException":
		return definite(problem.SecretUnavailable, "%s cannot be read (%s: %.200s); check TS_SECRET_API_KEY and that the secret is not being deleted", secret, kind, told.Message+told.Upper)
	}
	if kind == "" {
		kind = "no reason given"
	}
	return &problem.Problem{Code: problem.SecretUnavailable, Message: fmt.Sprintf(
		"%s could not be read: Secrets Manager at %s answered status %d (%.100s); it is asked again", secret, call.Where(), refusal.Status, kind)}
}

func definite(code problem.Code, format string, args ...any) error {
	return &problem.Problem{Code: code, Message: fmt.Sprintf(format, args...), Definite: true}
}

func (s *Store) invalid(what string) error {
	return definite(problem.SecretInvalid, "secret %q %s", s.Credential.SecretID, what)
}
