import { readFileSync } from 'node:fs'
import { html } from 'hono/html'
import type { OpenApi, Operation } from './openapi.ts'

type Html = ReturnType<typeof html>
type Schema = {
  $ref?: string
  type?: string | string[]
  format?: string
  description?: string
  enum?: unknown[]
  const?: unknown
  default?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  allOf?: Schema[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
}

export const REFERENCE_CSP =
  "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The OpenAPI document as a page to read and search, without scripts, and its stylesheet. */
export function renderReference(document: OpenApi): { page: string; stylesheet: string } {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const tags = document.tags.map(({ name }) => ({
    name,
    operations: operations.filter(({ operation }) => operation.tags[0] === name),
  }))
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>API reference · EZ Solutions</title>
        <link rel="stylesheet" href="/api/v1/reference.css" />
        <link rel="icon" href="data:," />
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <nav aria-label="Operations">
          <p><a href="/">EZ Solutions</a></p>
          ${tags.map(
            (tag) =>
              html`<h2>${tag.name}</h2>
                <ul>
                  ${tag.operations.map(
                    ({ operation, method }) =>
                      html`<li>
                        <a href="#${operation.operationId}"><span>${operation.summary}</span> ${methodBadge(method)}</a>
                      </li>`,
                  )}
                </ul>`,
          )}
        </nav>
        <main id="content">
          <h1>API reference</h1>
          ${introduction(document)}
          ${tags.map(
            (tag) =>
              html`<section>
                <h2>${tag.name}</h2>
                ${tag.operations.map(operationSection)}
              </section>`,
          )}
          <section>
            <h2>Objects</h2>
            ${Object.entries(document.components.schemas)
              .toSorted(([a], [b]) => a.localeCompare(b))
              .map(([name, schema]) => objectSection(name, schema))}
          </section>
        </main>
      </body>
    </html>`
  return {
    // Nothing in it is awaited, so it is text by now.
    page: page as string,
    stylesheet: readFileSync(new URL('reference.css', import.meta.url), 'utf8'),
  }
}

const methodBadge = (method: string): Html => html`<b class="method ${method}">${method.toUpperCase()}</b>`

const introduction = ({ info, servers }: OpenApi): Html => html`
  <p>${words(String(info['description']))}</p>
  <p>
    Programs send an API token, made on the profile page, as a bearer token. Refusals are problem documents (RFC 9457):
    act on their <code>code</code>, show their <code>detail</code>. An API token may send 600 requests a minute. The
    <a href="/api/v1/openapi.json">OpenAPI document</a> holds all of this for tools.
  </p>
  <pre tabindex="0"><code>curl -H 'Authorization: Bearer ez_…' ${servers[0]?.url}/api/v1/services</code></pre>
`

function operationSection({ path, method, operation }: { path: string; method: string; operation: Operation }): Html {
  const body = contentOf(operation.requestBody?.content)
  return html`<article id="${operation.operationId}">
    <h3><a href="#${operation.operationId}">${operation.summary}</a></h3>
    <p class="address">${methodBadge(method)} <code>${path}</code> ${badgeOf(operation)}</p>
    ${operation.description ? html`<p>${words(operation.description)}</p>` : ''}
    ${
      operation.parameters.length > 0
        ? html`<h4>Parameters</h4>
            <dl>
              ${operation.parameters.map(({ name, in: where, required, description, schema }) =>
                field(name, { ...schema, ...(description ? { description } : {}) }, { required, where }),
              )}
            </dl>`
        : ''
    }
    ${
      body.schema
        ? html`<h4>Body</h4>
            ${schemaBlock(body.schema)}`
        : ''
    }
    ${body.example === undefined ? '' : html`<pre tabindex="0"><code>${JSON.stringify(body.example, null, 2)}</code></pre>`}
    <h4>Answers</h4>
    <dl>
      ${Object.entries(operation.responses).map(
        ([status, { description, content }]) =>
          html`<dt><code>${status}</code> ${status.startsWith('2') ? typeOf(contentOf(content).schema ?? {}) : ''}</dt>
            <dd>${words(description)}${status.startsWith('2') ? inlineSchema(contentOf(content).schema) : ''}</dd>`,
      )}
    </dl>
  </article>`
}

const badgeOf = (operation: Operation): Html | string => {
  const { who, only } = operation['x-authz']
  if (who === 'anyone') return html`<span class="who">no sign-in needed</span>`
  return only === 'session' ? html`<span class="who">with a session, not a token</span>` : ''
}

const contentOf = (content: object | undefined): { schema?: Schema; example?: unknown } =>
  (Object.values(content ?? {})[0] ?? {}) as { schema?: Schema; example?: unknown }

/** What an answer holds, where it is not an object with a section of its own. */
const inlineSchema = (schema: Schema | undefined): Html | string => (schema?.properties ? schemaBlock(schema) : '')

const objectSection = (name: string, schema: Schema): Html =>
  html`<article id="object-${name}">
    <h3><a href="#object-${name}">${name}</a></h3>
    ${schema.description ? html`<p>${words(schema.description)}</p>` : ''} ${schemaBlock(schema)}
  </article>`

const schemaBlock = (schema: Schema): Html | string =>
  schema.properties
    ? html`<dl>
        ${Object.entries(schema.properties).map(([name, each]) =>
          field(name, each, { required: schema.required?.includes(name) ?? false }),
        )}
      </dl>`
    : html`<p>${typeOf(schema)}</p>`

function field(name: string, schema: Schema, { required, where }: { required: boolean; where?: string }): Html {
  const nested = schema.properties ? schema : schema.items?.properties ? schema.items : undefined
  return html`<dt>
      <code>${name}</code>
      ${typeOf(schema)}${where === undefined ? '' : ` in the ${where}`}${required ? html` <em>required</em>` : ''}
    </dt>
    <dd>
      ${schema.description ? words(schema.description) : ''}${limitsOf(schema)}${nested ? schemaBlock(nested) : ''}
    </dd>`
}

/** The kind of a value in words, linked where it is an object of its own. */
function typeOf(schema: Schema): Html | string {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1) ?? ''
    return html`<a href="#object-${name}">${name}</a>`
  }
  const either = schema.anyOf ?? schema.allOf
  if (either) return html`${either.map((each, index) => html`${index > 0 ? ' or ' : ''}${typeOf(each)}`)}`
  if (schema.enum)
    return html`${schema.enum.map((each, index) => html`${index > 0 ? ' | ' : ''}<code>${String(each)}</code>`)}`
  if (schema.type === 'array') return html`list of ${typeOf(schema.items ?? {})}`
  return [schema.type ?? []].flat().join(' or ') + (schema.format ? ` (${schema.format})` : '')
}

function limitsOf({ minimum, maximum, minLength, maxLength, default: usual }: Schema): string {
  const unsafe = (value: number | undefined): boolean =>
    value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER
  const characters = (count: number): string => `${count} ${count === 1 ? 'character' : 'characters'}`
  const parts = [
    unsafe(minimum) ? '' : `at least ${minimum}`,
    unsafe(maximum) ? '' : `at most ${maximum}`,
    minLength === undefined ? '' : `at least ${characters(minLength)}`,
    maxLength === undefined ? '' : `at most ${characters(maxLength)}`,
    usual === undefined ? '' : `${JSON.stringify(usual)} when left out`,
  ].filter(Boolean)
  const text = parts.join(', ')
  return text === '' ? '' : ` ${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

/** Text with `code` in it. */
const words = (text: string): Html[] =>
  text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))
