import { z } from 'zod'
import { ruleOf } from '#app/policy.ts'
import { PROBLEM_CODES, type ProblemCode } from './problem-codes.ts'
import { ProblemBody } from './problems.ts'
import type { Route } from './route.ts'

type Json = Record<string, unknown>

/** What the reference page and programs read of an operation. */
export type Operation = {
  operationId: string
  tags: string[]
  summary: string
  description?: string
  parameters: { name: string; in: string; required: boolean; description?: string; schema: Json }[]
  requestBody?: { content: Json }
  responses: Record<string, { description: string; content?: Json; headers?: Json }>
  security: Json[]
  'x-authz': Json
}

export type OpenApi = {
  openapi: '3.1.0'
  info: Json
  servers: { url: string }[]
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Json>; securitySchemes: Json }
}

/** The OpenAPI 3.1 document of the routes, which speaks the JSON Schema that zod itself writes. */
export function openapi(routes: readonly Route[], options: { prefix: string; serverUrl: string }): OpenApi {
  const schemas: Record<string, Json> = {}
  const paths: OpenApi['paths'] = {}
  for (const route of routes) (paths[options.prefix + route.path] ??= {})[route.method] = operationOf(route, schemas)
  return {
    openapi: '3.1.0',
    info: {
      title: 'EZ Solutions API',
      version: '1',
      description:
        'Amounts are whole numbers of minor units beside their currency, instants are ISO 8601 in UTC. Lists take `limit` ' +
        'and `after`. Every POST takes an `Idempotency-Key`: sent again with it, a request gets its first answer.',
      license: { name: 'AGPL-3.0-or-later', identifier: 'AGPL-3.0-or-later' },
    },
    servers: [{ url: options.serverUrl }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API token, or the token of a session.' },
        cookie: { type: 'apiKey', in: 'cookie', name: '__Host-session' },
      },
    },
  }
}

function operationOf(route: Route, schemas: Record<string, Json>): Operation {
  const { who, session, ...rest } = ruleOf(route.operationId)
  const security = [{ bearer: [] }, { cookie: [] }]
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description ? { description: route.description } : {}),
    parameters: parametersOf(route, schemas),
    ...(route.body ? { requestBody: bodyOf(route, schemas) } : {}),
    responses: responsesOf(route, schemas),
    security: who === 'anyone' ? [{}, ...security] : security,
    'x-authz': { who, ...(session ? { only: 'session' } : {}), ...rest },
  }
}

/** The wire side of a schema. Named schemas go to the components and are pointed to. */
function schemaOf(type: z.ZodType, schemas: Record<string, Json>): Json {
  const { $schema: _dialect, $defs, ...schema } = z.toJSONSchema(type, { io: 'input' }) as Json & { $defs?: Json }
  for (const [name, definition] of Object.entries($defs ?? {})) schemas[name] = lifted(definition)
  return lifted(schema)
}

const lifted = (schema: unknown): Json =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json

function parametersOf(route: Route, schemas: Record<string, Json>): Operation['parameters'] {
  const from = (type: z.ZodType | undefined, where: 'path' | 'query'): Operation['parameters'] => {
    if (!type) return []
    const { properties = {}, required = [] } = schemaOf(type, schemas) as {
      properties?: Record<string, Json>
      required?: string[]
    }
    return Object.entries(properties).map(([name, { description, ...schema }]) => ({
      name,
      in: where,
      required: where === 'path' || required.includes(name),
      ...(typeof description === 'string' ? { description } : {}),
      schema,
    }))
  }
  const key = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'The same on every retry of one request. The first answer is kept for a day.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  }
  return [...from(route.params, 'path'), ...from(route.query, 'query'), ...(route.method === 'post' ? [key] : [])]
}

const bodyOf = (route: Route, schemas: Record<string, Json>) => ({
  required: !route.body!.safeParse(undefined).success,
  content: {
    'application/json': {
      schema: schemaOf(route.body!, schemas),
      ...(route.example ? { example: route.example } : {}),
    },
  },
})

function responsesOf(route: Route, schemas: Record<string, Json>): Operation['responses'] {
  const { status, description, body, media } = route.success
  const content = body
    ? { 'application/json': { schema: schemaOf(body, schemas) } }
    : media && { [media]: { schema: { type: 'string', contentMediaType: media } } }
  const replayed = {
    'Idempotent-Replayed': { description: 'A retry got its first answer.', schema: { const: 'true' } },
  }
  const problem = schemaOf(ProblemBody, schemas)
  const byStatus = Object.groupBy(problemsOf(route), (code) => PROBLEM_CODES[code])
  return {
    [status]: {
      description,
      ...(route.method === 'post' ? { headers: replayed } : {}),
      ...(content ? { content } : {}),
    },
    ...Object.fromEntries(
      Object.entries(byStatus).map(([refusal, codes]) => [
        refusal,
        {
          description: codes.map((code) => `\`${code}\``).join(', '),
          content: { 'application/problem+json': { schema: { ...problem, properties: { code: { enum: codes } } } } },
        },
      ]),
    ),
  }
}

/** Every code an operation may answer with: its own, and those of what it asks of a request. */
export function problemsOf({ operationId, method, params, problems }: Route): ProblemCode[] {
  const { who, session, staff } = ruleOf(operationId)
  const changes = method !== 'get'
  return [
    ...new Set<ProblemCode>([
      ...(changes ? (['malformed_json', 'body_unreadable', 'body_too_large', 'media_type_unsupported'] as const) : []),
      ...(who === 'anyone' ? [] : (['sign_in_required'] as const)),
      'token_invalid',
      'address_not_allowed',
      ...(who === 'customer' || who === 'staff' || staff ? (['permission_denied'] as const) : []),
      ...(session ? (['session_required'] as const) : []),
      ...(changes ? (['foreign_origin'] as const) : []),
      ...(params ? (['not_found'] as const) : []),
      'input_invalid',
      ...(method === 'post' ? (['idempotency_key_in_use', 'idempotency_key_reused'] as const) : []),
      'too_many_attempts',
      ...problems,
      'internal',
      'unavailable',
    ]),
  ]
}
