{{- define "thumbnailer.selector" -}}
app.kubernetes.io/name: thumbnailer
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
