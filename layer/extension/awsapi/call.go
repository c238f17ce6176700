// Package awsapi signs and sends single calls to AWS services. The SDK's service clients would add megabytes to the
// layer for the two calls that are needed; its signer is used.
package awsapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"dev.tailnetproxy/layer/extension/config"
)

// No response of these services is near this size; a secret has at most 64 KiB.
const maxResponseBytes = 1 << 20

// Client sends calls with the function's credentials.
type Client struct {
	Settings config.AWS
	HTTP     *http.Client
	Now      func() time.Time
}

// Call is one POST to a service.
type Call struct {
	Service  string // the name that is signed and that the host begins with
	Region   string
	Endpoint string // in place of the service's own address, or ""
	Headers  map[string]string
	Body     []byte
}

// ResponseError is a response with an error status.
type ResponseError struct {
	Status int
	Body   []byte
}

func (r *ResponseError) Error() string { return fmt.Sprintf("status %d", r.Status) }

// Send signs the call and returns the body of its response.
func (c *Client) Send(ctx context.Context, call Call) ([]byte, error) {
	address := call.Endpoint
	if address == "" {
		address = "https://" + host(call.Service, call.Region)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/", bytes.NewReader(call.Body))
	if err != nil {
		return nil, err
	}
	for name, value := range call.Headers {
		request.Header.Set(name, value)
	}
	digest := sha256.Sum256(call.Body)
	credentials := aws.Credentials{
		AccessKeyID:     c.Settings.AccessKeyID,
		SecretAccessKey: c.Settings.SecretAccessKey,
		SessionToken:    c.Settings.SessionToken,
	}
	err = v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(digest[:]), call.Service, call.Region, c.Now())
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	response, err := c.HTTP.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxResponseBytes))
	if err != nil {
		return nil, fmt.Errorf("reading the response: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, &ResponseError{Status: response.StatusCode, Body: body}
	}
	return body, nil
}

// The partitions whose services are not below amazonaws.com, by the beginning of their regions' names.
var partitionSuffixes = []struct{ region, domain string }{
	{"cn-", "amazonaws.com.cn"},
	{"us-iso-", "c2s.ic.gov"},
	{"us-isob-", "sc2s.sgov.gov"},
	{"eusc-", "amazonaws.eu"},
}

func host(service, region string) string {
	for _, partition := range partitionSuffixes {
		if strings.HasPrefix(region, partition.region) {
			return service + "." + region + "." + partition.domain
		}
	}
	return service + "." + region + ".amazonaws.com"
}

// Address names the address that a call goes to, for messages.
func (call Call) Address() string {
	if call.Endpoint != "" {
		return call.Endpoint
	}
	return host(call.Service, call.Region)
}

// TransportErrorText takes the request's address out of a transport error: the message names it already.
func TransportErrorText(err error) string {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return "no response in time"
	}
	text := err.Error()
	if _, rest, found := strings.Cut(text, `": `); found {
		return rest
	}
	return text
}
