package extension_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"tailscale.com/ipn"

	"dev.tailnetproxy/layer/extension/firstdial"
)

// handler is everything the extension and the fakes talk to, at one address.
func (s *fixture) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2020-01-01/extension/register", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Lambda-Extension-Identifier", "an-id")
		fmt.Fprint(w, `{"functionName":"f"}`)
		s.registered <- r.Header.Get("Lambda-Extension-Name") + " " + string(body)
	})
	mux.HandleFunc("GET /2020-01-01/extension/event/next", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Lambda-Extension-Identifier") != "an-id" {
			http.Error(w, "unknown extension", http.StatusForbidden)
			return
		}
		event := make(chan string)
		s.next <- event
		fmt.Fprint(w, receive(s, event))
	})
	calls := func(to chan<- *apiCall) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			response := make(chan reply, 1)
			to <- &apiCall{Request: r, Body: string(body), response: response}
			w.Header().Set("Content-Type", "application/json")
			write(w, receive(s, response))
		}
	}
	mux.HandleFunc("POST /aws/", calls(s.secrets))
	mux.HandleFunc("POST /tailscale/", calls(s.api))
	mux.HandleFunc("POST /daemon/started", func(w http.ResponseWriter, r *http.Request) {
		s.daemons <- s.recordStart(r)
	})
	mux.HandleFunc("POST /daemon/order", func(w http.ResponseWriter, r *http.Request) {
		select {
		case next := <-s.instructions:
			_ = json.NewEncoder(w).Encode(next)
		case <-r.Context().Done():
		case <-s.released:
		}
	})
	mux.HandleFunc("POST /daemon/sigterm", func(w http.ResponseWriter, r *http.Request) {
		response := make(chan instruction, 1)
		s.sigterm <- response
		_ = json.NewEncoder(w).Encode(receive(s, response))
	})
	mux.HandleFunc("POST /up", func(w http.ResponseWriter, r *http.Request) {
		response := make(chan instruction, 1)
		s.ups <- &upCall{childProcess: s.recordStart(r), response: response}
		_ = json.NewEncoder(w).Encode(receive(s, response))
	})
	mux.HandleFunc("GET /localapi/v0/watch-ipn-bus", func(w http.ResponseWriter, r *http.Request) {
		notification := make(chan string, 100)
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush() // connected, with no news yet
		s.buses <- notification
		for {
			select {
			case line, open := <-notification:
				if !open {
					return
				}
				fmt.Fprintln(w, line)
				w.(http.Flusher).Flush()
			case <-r.Context().Done():
				return
			case <-s.released:
				return
			}
		}
	})
	mux.HandleFunc("/localapi/v0/", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		response := make(chan reply, 1)
		name := strings.TrimPrefix(r.URL.Path, "/localapi/v0/")
		if name == firstdial.Endpoint {
			s.firstDialRequests <- r.URL.Query().Get("ip")
			select {
			case <-s.peersReady:
				w.WriteHeader(http.StatusNoContent)
			case <-r.Context().Done():
			case <-s.released:
			}
			return
		}
		s.localAPI <- &localAPICall{Name: r.Method + " " + name, Body: string(body), response: response}
		write(w, receive(s, response))
	})
	return mux
}

func write(w http.ResponseWriter, response reply) {
	if response.Status != 0 {
		w.WriteHeader(response.Status)
	}
	fmt.Fprint(w, response.Body)
}

// receive waits for the test's response, or for its end.
func receive[T any](s *fixture, from <-chan T) T {
	select {
	case thing := <-from:
		return thing
	case <-s.released:
		var nothing T
		return nothing
	}
}

func (s *fixture) recordStart(r *http.Request) childProcess {
	var called childProcess
	_ = json.NewDecoder(r.Body).Decode(&called)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.children = append(s.children, called)
	return called
}

// The bus's language.

func sessionNotification(state ipn.State) string {
	return fmt.Sprintf(`{"Version":"1.102.5","SessionID":"1","State":%d}`, state)
}

func stateNotification(state ipn.State) string { return fmt.Sprintf(`{"State":%d}`, state) }

func errorNotification(message string) string {
	text, _ := json.Marshal(message)
	return fmt.Sprintf(`{"ErrMessage":%s}`, text)
}

func loginErrorNotification(message string) string {
	text, _ := json.Marshal(message)
	return fmt.Sprintf(`{"Health":{"Warnings":{"login-state":{"WarnableCode":"login-state","Args":{"error":%s}}}}}`, text)
}

// peerNotification tells of another node; online is as the control server says it.
func peerNotification(address string, online bool) string {
	return fmt.Sprintf(`{"PeersChanged":[{"ID":1,"Addresses":["%s/32"],"AllowedIPs":["%s/32","0.0.0.0/0","::/0"],"Online":%v}]}`, address, address, online)
}

const peersRemoved = `{"PeersRemoved":[1]}`

const shutdownEvent = `{"eventType":"SHUTDOWN","shutdownReason":"spindown","deadlineMs":0}`

// joined plays everything up to the first /next and returns the bus and the call of /next.
func (s *fixture) playJoin() (bus chan string, next chan string) {
	s.t.Helper()
	bus = s.playDaemonStart()
	await(s, "the secret's reading", s.secrets).secret(testKey)
	up := await(s, "tailscale up", s.ups)
	bus <- stateNotification(ipn.Running)
	up.succeed()
	s.awaitLog("joined the tailnet")
	return bus, await(s, "/next", s.next)
}

// playDaemonStart plays tailscaled up to where its LocalAPI responses.
func (s *fixture) playDaemonStart() chan string {
	s.t.Helper()
	await(s, "tailscaled's start", s.daemons)
	bus := await(s, "a connection to the bus", s.buses)
	bus <- sessionNotification(ipn.NeedsLogin)
	return bus
}

// refuses plays a `tailscale up` that fails, and tailscaled that is told not to go on trying.
func (s *fixture) playUpFailure(up *upCall, text string) {
	s.t.Helper()
	up.fail(text)
	edit := await(s, "the order to stop trying", s.localAPI)
	if edit.Name != "PATCH prefs" || !strings.Contains(edit.Body, `"SyncSet":true`) || !strings.Contains(edit.Body, `"Sync":false`) {
		s.t.Fatalf("instead of the order to stop trying: %s %s", edit.Name, edit.Body)
	}
	expectNone(s, "the secret's reading before tailscaled has stopped trying", s.secrets)
	edit.reply(http.StatusOK, `{}`)
}

// leaves plays the end: log-out, SIGTERM, exit.
func (s *fixture) playShutdown(next chan string) {
	s.t.Helper()
	next <- shutdownEvent
	logout := await(s, "the log-out", s.localAPI)
	if logout.Name != "POST logout" {
		s.t.Fatalf("instead of the log-out: %s", logout.Name)
	}
	logout.reply(http.StatusNoContent, "")
	zero := 0
	await(s, "SIGTERM for tailscaled", s.sigterm) <- instruction{Exit: &zero}
	if status := await(s, "the extension's end", s.exited); status != 0 {
		s.t.Errorf("the extension ended with status %d", status)
	}
}
