// Package lambdaapi speaks the Lambda Extensions API.
package lambdaapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

const idHeader = "Lambda-Extension-Identifier"

// Client is one registered extension.
type Client struct {
	base string
	http *http.Client
	id   string
}

// New makes a client of the API at address (host:port, from AWS_LAMBDA_RUNTIME_API).
func New(address string, client *http.Client) *Client {
	return &Client{base: "http://" + address + "/2020-01-01/extension/", http: client}
}

// Event is what /next responses.
type Event struct {
	Type       string `json:"eventType"`
	Reason     string `json:"shutdownReason"`
	DeadlineMs int64  `json:"deadlineMs"`
}

// Deadline is when the environment is stopped, or the zero time when the event names none.
func (e Event) Deadline() time.Time {
	if e.DeadlineMs == 0 {
		return time.Time{}
	}
	return time.UnixMilli(e.DeadlineMs)
}

// Register makes the extension known under name, the file's name in /opt/extensions. It asks for SHUTDOWN only: an
// extension that asks for INVOKE takes part in every invocation.
func (c *Client) Register(ctx context.Context, name string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"register",
		bytes.NewReader([]byte(`{"events":["SHUTDOWN"]}`)))
	if err != nil {
		return err
	}
	request.Header.Set("Lambda-Extension-Name", name)
	request.Header.Set("Content-Type", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("registering with the Extensions API: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("registering with the Extensions API as %q: %s", name, describe(response))
	}
	c.id = response.Header.Get(idHeader)
	if c.id == "" {
		return fmt.Errorf("registering with the Extensions API: the response has no %s header", idHeader)
	}
	return nil
}

// Next tells Lambda that the extension is ready and waits for the next event, however long that takes.
func (c *Client) Next(ctx context.Context) (Event, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"event/next", nil)
	if err != nil {
		return Event{}, err
	}
	request.Header.Set(idHeader, c.id)
	response, err := c.http.Do(request)
	if err != nil {
		return Event{}, fmt.Errorf("waiting for the next event: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return Event{}, fmt.Errorf("waiting for the next event: %s", describe(response))
	}
	var event Event
	if err := json.NewDecoder(response.Body).Decode(&event); err != nil {
		return Event{}, fmt.Errorf("reading the next event: %w", err)
	}
	return event, nil
}

func describe(response *http.Response) string {
	text, _ := io.ReadAll(io.LimitReader(response.Body, 300))
	return response.Status + " " + string(text)
}
