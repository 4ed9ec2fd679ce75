{{- define "broadsheet.labels" -}}
app.kubernetes.io/name: broadsheet
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "broadsheet.selector" -}}
app.kubernetes.io/name: broadsheet
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "broadsheet.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- define "broadsheet.claim" -}}
{{ .Values.archive.existingClaim | default (printf "%s-archive" .Release.Name) }}
{{- end }}

{{/* Environment of a process: settings, and secrets by reference. */}}
{{- define "broadsheet.environment" -}}
- name: BROADSHEET_DATABASE_URL
  valueFrom:
    secretKeyRef:
      name: {{ .database.name }}
      key: {{ .database.key }}
- name: BROADSHEET_REDIS_URL
  valueFrom:
    secretKeyRef:
      name: {{ .root.Values.secrets.redisUrl.name }}
      key: {{ .root.Values.secrets.redisUrl.key }}
- name: BROADSHEET_ARCHIVE_DIR
  value: /archive
{{- if .root.Values.catalogue }}
- name: BROADSHEET_CATALOGUE
  value: /etc/broadsheet/catalogue.toml
{{- end }}
{{- range $name, $value := .root.Values.settings }}
{{- if ne ($value | toString) "" }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- range $name, $value := .extra }}
{{- if ne ($value | toString) "" }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* What every pod shares: nobody special, a read-only root, spread over nodes. */}}
{{- define "broadsheet.pod" -}}
serviceAccountName: {{ .root.Release.Name }}
automountServiceAccountToken: false
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "broadsheet.selector" . | nindent 8 }}
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: var
    emptyDir: {}
  - name: tmp
    emptyDir:
      sizeLimit: 256Mi
  - name: archive
    persistentVolumeClaim:
      claimName: {{ include "broadsheet.claim" .root }}
{{- if .root.Values.catalogue }}
  - name: catalogue
    configMap:
      name: {{ .root.Release.Name }}-catalogue
{{- end }}
{{- end }}

{{- define "broadsheet.container" -}}
image: {{ include "broadsheet.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
volumeMounts:
  - name: var
    mountPath: /var/lib/broadsheet
  - name: tmp
    mountPath: /tmp
  - name: archive
    mountPath: /archive
    {{- if .archiveReadOnly }}
    readOnly: true
    {{- end }}
{{- if .root.Values.catalogue }}
  - name: catalogue
    mountPath: /etc/broadsheet
    readOnly: true
{{- end }}
{{- end }}
