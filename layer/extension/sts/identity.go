// Package sts gets a token that proves the function's own AWS identity to somebody else.
package sts

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"

	"dev.tailnetproxy/layer/extension/awsapi"
	"dev.tailnetproxy/layer/extension/problem"
)

// Identity asks for tokens for one audience.
type Identity struct {
	Caller   *awsapi.Caller
	Audience string
}

// Token gets a fresh token. It is exchanged within seconds, so it lives as briefly as STS allows.
func (i *Identity) Token(ctx context.Context) (string, error) {
	call := awsapi.Call{
		Service:  "sts",
		Region:   i.Caller.Settings.Region,
		Endpoint: i.Caller.Settings.STSEndpoint,
		Headers:  map[string]string{"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
		Body: []byte(url.Values{
			"Action":            {"GetWebIdentityToken"},
			"Version":           {"2011-06-15"},
			"Audience.member.1": {i.Audience},
			"SigningAlgorithm":  {"RS256"},
			"DurationSeconds":   {"60"},
		}.Encode()),
	}
	body, err := i.Caller.Send(ctx, call)
	if err != nil {
		return "", explain(call, err)
	}
	var answer struct {
		Token string `xml:"GetWebIdentityTokenResult>WebIdentityToken"`
	}
	if err := xml.Unmarshal(body, &answer); err != nil || answer.Token == "" {
		return "", &problem.Problem{Code: problem.SecretUnavailable, Message: fmt.Sprintf(
			"STS at %s answered without a token; check AWS_ENDPOINT_URL_STS and proxies in between", call.Where())}
	}
	return answer.Token, nil
}

func explain(call awsapi.Call, err error) error {
	var refusal *awsapi.Refusal
	if !errors.As(err, &refusal) {
		return &problem.Problem{Code: problem.SecretUnavailable, Message: fmt.Sprintf(
			"STS at %s could not be asked for a token: %s; check the function's way to it (VPC endpoint, NAT, security group)",
			call.Where(), awsapi.Cause(err))}
	}
	var told struct {
		Code string `xml:"Error>Code"`
	}
	_ = xml.Unmarshal(refusal.Body, &told) // what is no XML has no code and is described by its status
	switch told.Code {
	case "OutboundWebIdentityFederationDisabled", "OutboundWebIdentityFederationDisabledException":
		return &problem.Problem{Code: problem.AccessDenied, Definite: true, Message: "STS gives this AWS account no web identity tokens; " +
			"switch on outbound web identity federation in the account's IAM settings"}
	case "AccessDenied", "AccessDeniedException":
		return &problem.Problem{Code: problem.AccessDenied, Definite: true, Message: "STS refused a web identity token; " +
			"grant this function's role sts:GetWebIdentityToken"}
	case "InvalidClientTokenId", "SignatureDoesNotMatch", "ExpiredToken", "ExpiredTokenException":
		return &problem.Problem{Code: problem.AccessDenied, Definite: true, Message: fmt.Sprintf(
			"STS does not accept this environment's credentials (%s)", told.Code)}
	}
	return &problem.Problem{Code: problem.SecretUnavailable, Message: fmt.Sprintf(
		"STS at %s gave no web identity token: status %d (%.100s); it is asked again", call.Where(), refusal.Status, told.Code)}
}
