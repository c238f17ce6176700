{{- define "tailnet-router.name" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if or .Values.nameOverride (contains $name .Release.Name) -}}
{{- default .Release.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "tailnet-router.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "tailnet-router.labels" -}}
{{ include "tailnet-router.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- /* The reference of the image: its digest, or its tag, or the chart's appVersion. */}}
{{- define "tailnet-router.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end }}

{{- /* The variables that come from other values: a second one of the same name would win. */}}
{{- define "tailnet-router.variables" -}}
TS_CLIENT_ID TS_ID_TOKEN_FILE TS_AUTH_KEY_FILE TS_RUN_DIR TS_EXTRA_ARGS TS_SHIELDS_UP TS_ACCEPT_ROUTES TS_ACCEPT_DNS TS_LOG_LEVEL TS_ADVERTISE_TAGS TS_LOGIN_SERVER TS_EXTRA_CA
{{- end }}

{{- /* Values that the schema can't compare with each other. */}}
{{- define "tailnet-router.validate" -}}
{{- $auth := .Values.tailnet.auth -}}
{{- if eq (empty $auth.existingSecret.name) (empty $auth.federated.clientId) -}}
{{- fail "set exactly one of tailnet.auth.existingSecret.name and tailnet.auth.federated.clientId" -}}
{{- end -}}
{{- if $auth.federated.clientId -}}
{{- if not $auth.federated.audience }}{{ fail "tailnet.auth.federated.audience is not set: take it from the federated identity in Tailscale" }}{{ end -}}
{{- if not .Values.tailnet.tags }}{{ fail "tailnet.tags is empty: nodes that join with a federated identity must have tags" }}{{ end -}}
{{- end -}}
{{- range $name := keys .Values.env -}}
{{- if has $name (include "tailnet-router.variables" $ | splitList " ") }}{{ fail (printf "env has %s, which the chart sets by itself" $name) }}{{ end -}}
{{- if eq $name "TS_FORWARDS" }}{{ fail "env has TS_FORWARDS: with the shields down the whole tailnet would reach its ports" }}{{ end -}}
{{- end -}}
{{- if not .Values.routes }}{{ fail "routes is empty: name the networks that the tailnet may reach, such as that of the cluster's services" }}{{ end -}}
{{- end }}
