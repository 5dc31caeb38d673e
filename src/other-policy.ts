/** What answers beside operations and pages, and by what it knows whom it lets in; each has no other door. */
export const otherPolicy = {
  'GET /health/live': 'anyone',
  'GET /health/ready': 'anyone',
  'GET /metrics': 'METRICS_TOKEN; anyone in simulated mode while there is none',
  'GET /.well-known/jwks.json': 'anyone',
  'GET /api/v1/openapi.json': 'anyone',
  'GET /api/v1/reference': 'anyone',
  'GET /api/v1/reference.css': 'anyone',
  'POST /webhooks/stripe': 'the signature of the vendor',
  'POST /csp-reports': 'anyone',
  'GET /assets/*': 'anyone',
} as const
