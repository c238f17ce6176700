{{- define "tailnet-proxy.name" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if or .Values.nameOverride (contains $name .Release.Name) -}}
{{- default .Release.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "tailnet-proxy.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: gateway
{{- end }}

{{- define "tailnet-proxy.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- /* The reference of an image: its digest, or its tag, or the chart's appVersion. */}}
{{- define "tailnet-proxy.image" -}}
{{- if .image.digest -}}
{{- printf "%s@%s" .image.repository .image.digest -}}
{{- else -}}
{{- printf "%s:%s" .image.repository (default .appVersion .image.tag) -}}
{{- end -}}
{{- end }}

{{- /* The name of the one way to join that is set. */}}
{{- define "tailnet-proxy.auth" -}}
{{- $auth := .Values.tailnet.auth -}}
{{- $ways := list -}}
{{- if $auth.authKey }}{{ $ways = append $ways "authKey" }}{{ end -}}
{{- if $auth.existingSecret.name }}{{ $ways = append $ways "existingSecret" }}{{ end -}}
{{- if $auth.federated.clientId }}{{ $ways = append $ways "federated" }}{{ end -}}
{{- if ne (len $ways) 1 -}}
{{- fail (printf "set exactly one of tailnet.auth.authKey, tailnet.auth.existingSecret.name and tailnet.auth.federated.clientId; set: %s" (join ", " $ways | default "none")) -}}
{{- end -}}
{{- first $ways -}}
{{- end }}

{{- /* The variables of the containers that come from other values: a second one of the same name would win. */}}
{{- define "tailnet-proxy.sidecarVariables" -}}
TS_CLIENT_ID TS_ID_TOKEN_FILE TS_AUTH_KEY_FILE TS_RUN_DIR TS_SHIELDS_UP TS_TAILNET_ONLY TS_ACCEPT_ROUTES TS_ACCEPT_DNS TS_LOG_LEVEL TS_ADVERTISE_TAGS TS_HOSTNAME TS_LOGIN_SERVER TS_EXTRA_CA TS_EXIT_NODE TS_FORWARDS TS_FORWARD_MAX_CONNECTIONS TS_FORWARD_DRAIN_TIMEOUT_MS
{{- end }}

{{- define "tailnet-proxy.proxyVariables" -}}
TS_PROXY_HTTP_PORT TS_PROXY_MANAGEMENT_PORT TS_PROXY_LOCALAPI_SOCKET TS_PROXY_STATE_FILE TS_PROXY_PEERS TS_PROXY_REQUEST_TIMEOUT_MS TS_PROXY_DRAIN_TIMEOUT_MS TS_PROXY_SERVICES TS_PROXY_ALLOWED_TARGETS TS_PROXY_DENIED_TARGETS TS_EXIT_NODE TS_PROXY_HTTP_TLS_CERTIFICATE TS_PROXY_HTTP_TLS_KEY TS_PROXY_HTTP_TLS_CLIENT_CA TS_PROXY_HTTP_TOKEN_FILE
{{- end }}

{{- /* Values that the schema can't compare with each other. */}}
{{- define "tailnet-proxy.validate" -}}
{{- if eq (include "tailnet-proxy.auth" .) "federated" -}}
{{- if not .Values.tailnet.auth.federated.audience }}{{ fail "tailnet.auth.federated.audience is not set: take it from the federated identity in Tailscale" }}{{ end -}}
{{- if not .Values.tailnet.tags }}{{ fail "tailnet.tags is empty: nodes that join with a federated identity must have tags" }}{{ end -}}
{{- end -}}
{{- if and .Values.proxy.clientCa.secret (not .Values.proxy.tlsSecret) }}{{ fail "proxy.clientCa needs proxy.tlsSecret: client certificates are a part of TLS" }}{{ end -}}
{{- if and .Values.autoscaling.enabled (lt (int .Values.autoscaling.maxReplicas) (int .Values.autoscaling.minReplicas)) }}{{ fail "autoscaling.maxReplicas is less than autoscaling.minReplicas" }}{{ end -}}
{{- range $name := keys .Values.sidecar.env -}}
{{- if has $name (include "tailnet-proxy.sidecarVariables" $ | splitList " ") }}{{ fail (printf "sidecar.env has %s, which the chart sets by itself" $name) }}{{ end -}}
{{- end -}}
{{- range $name := keys .Values.proxy.env -}}
{{- if has $name (include "tailnet-proxy.proxyVariables" $ | splitList " ") }}{{ fail (printf "proxy.env has %s, which the chart sets by itself" $name) }}{{ end -}}
{{- end -}}
{{- $names := dict -}}
{{- range $service := .Values.services -}}
{{- if hasKey $names .name }}{{ fail (printf "services has two entries with the name %s" .name) }}{{ end -}}
{{- range $own := list (include "tailnet-proxy.name" $) (printf "%s-management" (include "tailnet-proxy.name" $)) -}}
{{- if eq $service.name $own }}{{ fail (printf "services has the name of the gateway's own Service, %s" $own) }}{{ end -}}
{{- end -}}
{{- $_ := set $names .name true -}}
{{- end -}}
{{- end }}

{{- /* The port that a target names: what follows its last colon. */}}
{{- define "tailnet-proxy.targetPort" -}}
{{- last (splitList ":" .target) -}}
{{- end }}

{{- /* The port of a service: the one that an application calls without naming it, where there is one. */}}
{{- define "tailnet-proxy.servicePort" -}}
{{- .port | default (ternary "80" (include "tailnet-proxy.targetPort" .) (eq (.protocol | default "tcp") "http")) -}}
{{- end }}

{{- /* What a service leads to, as a URL: with protocol http by the port or by tls. */}}
{{- define "tailnet-proxy.targetUrl" -}}
{{- $scheme := "tcp" -}}
{{- if eq (.protocol | default "tcp") "http" -}}
{{- $tls := eq (include "tailnet-proxy.targetPort" .) "443" -}}
{{- if hasKey . "tls" }}{{ $tls = .tls }}{{ end -}}
{{- $scheme = ternary "https" "http" $tls -}}
{{- end -}}
{{- printf "%s://%s" $scheme .target -}}
{{- end }}

{{- /* The name of a service's port in the pods: what it leads to. A Service that asks for this name reaches no pod whose
       port of that number leads elsewhere, such as one from before a change of the list. */}}
{{- define "tailnet-proxy.portName" -}}
to-{{ printf "%s %s" .name (include "tailnet-proxy.targetUrl" .) | sha256sum | trunc 12 }}
{{- end }}

{{- /* The value of TS_FORWARDS. The ports of the pod are not privileged and in the order of the list. */}}
{{- define "tailnet-proxy.forwards" -}}
{{- $forwards := list -}}
{{- range $i, $service := .Values.services -}}
{{- if ne ($service.protocol | default "tcp") "http" -}}
{{- $forwards = append $forwards (printf "%s:%d=%s" $.Values.forwards.address (add 20000 $i) $service.target) -}}
{{- end -}}
{{- end -}}
{{- join "," $forwards -}}
{{- end }}

{{- /* The value of TS_PROXY_SERVICES, with the same numbers of ports. */}}
{{- define "tailnet-proxy.httpServices" -}}
{{- $services := list -}}
{{- range $i, $service := .Values.services -}}
{{- if eq ($service.protocol | default "tcp") "http" -}}
{{- $services = append $services (printf "%d=%s" (add 20000 $i) (include "tailnet-proxy.targetUrl" $service)) -}}
{{- end -}}
{{- end -}}
{{- join "," $services -}}
{{- end }}

{{- define "tailnet-proxy.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: { drop: [ALL] }
{{- end }}
