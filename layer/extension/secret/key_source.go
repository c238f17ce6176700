// Package secret reads the key to join with from AWS Secrets Manager or a file, and an identity token from a file.
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

// KeySource reads one secret.
type KeySource struct {
	Client     *awsapi.Client
	Credential config.Credential
}

// Key reads the secret anew and takes the key out of it.
func (s *KeySource) Key(ctx context.Context) (string, error) {
	region := s.Credential.Region()
	if region == "" {
		region = s.Client.Settings.Region
	}
	body, err := json.Marshal(map[string]string{"SecretId": s.Credential.SecretID})
	if err != nil {
		return "", err
	}
	call := awsapi.Call{
		Service:  "secretsmanager",
		Region:   region,
		Endpoint: s.Client.Settings.SecretsManagerEndpoint,
		Headers: map[string]string{
			"Content-Type": "application/x-amz-json-1.1",
			"X-Amz-Target": "secretsmanager.GetSecretValue",
		},
		Body: body,
	}
	response, err := s.Client.Send(ctx, call)
	if err != nil {
		return "", s.classify(call, err)
	}
	var value struct {
		SecretString *string
		SecretBinary []byte
	}
	if err := json.Unmarshal(response, &value); err != nil {
		return "", &problem.Problem{Code: problem.SecretUnavailable, Message: fmt.Sprintf(
			"Secrets Manager at %s responded something that is not JSON; check AWS_ENDPOINT_URL_SECRETS_MANAGER and proxies in between", call.Address())}
	}
	switch {
	case value.SecretString != nil:
		return s.stored().key(*value.SecretString)
	case value.SecretBinary != nil:
		return s.stored().key(string(value.SecretBinary))
	default:
		return "", s.stored().invalid("has no value; store the key as its value")
	}
}

func (s *KeySource) classify(call awsapi.Call, err error) error {
	var responseError *awsapi.ResponseError
	if !errors.As(err, &responseError) {
		return &problem.Problem{Code: problem.SecretUnavailable, Message: fmt.Sprintf(
			"Secrets Manager at %s could not be asked for secret %q: %s; check the function's way to it (VPC endpoint, NAT, security group)",
			call.Address(), s.Credential.SecretID, awsapi.TransportErrorText(err))}
	}
	var errorBody struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
		Upper   string `json:"Message"`
	}
	_ = json.Unmarshal(responseError.Body, &errorBody) // what is no JSON has no type and is described by its status
	kind := errorBody.Type[strings.LastIndexByte(errorBody.Type, '#')+1:]
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
		return definite(problem.SecretUnavailable, "%s cannot be read (%s: %.200s); check TS_SECRET_API_KEY and that the secret is not being deleted", secret, kind, errorBody.Message+errorBody.Upper)
	}
	if kind == "" {
		kind = "no reason given"
	}
	return &problem.Problem{Code: problem.SecretUnavailable, Message: fmt.Sprintf(
		"%s could not be read: Secrets Manager at %s responded status %d (%.100s); it is asked again", secret, call.Address(), responseError.Status, kind)}
}

func definite(code problem.Code, format string, args ...any) error {
	return &problem.Problem{Code: code, Message: fmt.Sprintf(format, args...), Definite: true}
}

func (s *KeySource) stored() stored {
	id := s.Credential.SecretID
	return stored{description: fmt.Sprintf("secret %q", id), name: id, field: s.Credential.KeyField}
}
