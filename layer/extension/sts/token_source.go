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

// TokenSource asks for tokens for one audience.
type TokenSource struct {
	Client   *awsapi.Client
	Audience string
}

// Token gets a fresh token. It is exchanged within seconds, so it lives as briefly as STS allows.
func (i *TokenSource) Token(ctx context.Context) (string, error) {
	call := awsapi.Call{
		Service:  "sts",
		Region:   i.Client.Settings.Region,
		Endpoint: i.Client.Settings.STSEndpoint,
		Headers:  map[string]string{"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
		Body: []byte(url.Values{
			"Action":            {"GetWebIdentityToken"},
			"Version":           {"2011-06-15"},
			"Audience.member.1": {i.Audience},
			"SigningAlgorithm":  {"RS256"},
			"DurationSeconds":   {"60"},
		}.Encode()),
	}
	body, err := i.Client.Send(ctx, call)
	if err != nil {
		return "", classify(call, err)
	}
	var response struct {
		Token string `xml:"GetWebIdentityTokenResult>WebIdentityToken"`
	}
	if err := xml.Unmarshal(body, &response); err != nil || response.Token == "" {
		return "", &problem.Problem{Code: problem.SecretUnavailable, Message: fmt.Sprintf(
			"STS at %s responded without a token; check AWS_ENDPOINT_URL_STS and proxies in between", call.Address())}
	}
	return response.Token, nil
}

func classify(call awsapi.Call, err error) error {
	var responseError *awsapi.ResponseError
	if !errors.As(err, &responseError) {
		return &problem.Problem{Code: problem.SecretUnavailable, Message: fmt.Sprintf(
			"STS at %s could not be asked for a token: %s; check the function's way to it (VPC endpoint, NAT, security group)",
			call.Address(), awsapi.TransportErrorText(err))}
	}
	var errorBody struct {
		Code string `xml:"Error>Code"`
	}
	_ = xml.Unmarshal(responseError.Body, &errorBody) // what is no XML has no code and is described by its status
	switch errorBody.Code {
	case "OutboundWebIdentityFederationDisabled", "OutboundWebIdentityFederationDisabledException":
		return &problem.Problem{Code: problem.AccessDenied, Definite: true, Message: "STS gives this AWS account no web identity tokens; " +
			"switch on outbound web identity federation in the account's IAM settings"}
	case "AccessDenied", "AccessDeniedException":
		return &problem.Problem{Code: problem.AccessDenied, Definite: true, Message: "STS refused a web identity token; " +
			"grant this function's role sts:GetWebIdentityToken"}
	case "InvalidClientTokenId", "SignatureDoesNotMatch", "ExpiredToken", "ExpiredTokenException":
		return &problem.Problem{Code: problem.AccessDenied, Definite: true, Message: fmt.Sprintf(
			"STS does not accept this environment's credentials (%s)", errorBody.Code)}
	}
	return &problem.Problem{Code: problem.SecretUnavailable, Message: fmt.Sprintf(
		"STS at %s gave no web identity token: status %d (%.100s); it is asked again", call.Address(), responseError.Status, errorBody.Code)}
}
