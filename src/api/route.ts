import type { z } from 'zod'
import type { App } from '#app/app.ts'
import type { OperationId } from '#app/policy.ts'
import type { Visitor } from '#modules/accounts/session.ts'
import type { Actor } from '#platform/actor.ts'
import type { Caller } from './authenticate.ts'
import type { ProblemCode } from './problem-codes.ts'

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
type None = z.ZodUndefined

/** One request to one operation, its input already checked. */
export type Call<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = {
  app: App
  actor: Actor
  caller: Caller
  params: z.output<P>
  query: z.output<Q>
  body: z.output<B>
  /** Where the request comes from, for limits and for the list of sessions. */
  visitor: Visitor
  /** Names what this request asks for, the same on every retry of it; undefined when the client sent no key. */
  retryKey: string | undefined
  request: Request
  /** Headers the answer gets besides its own. */
  headers: Headers
  /** Aborts when the server stops. */
  stopping: AbortSignal
}

/** What an operation answers when it did what was asked: JSON, nothing, or a document of another kind. */
type Success<R extends z.ZodType> = {
  status: 200 | 201 | 202 | 204
  description: string
  body?: R
  /** Set when the answer is not JSON; `run` then gives the whole response. */
  media?: string
}

export type Route<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
> = {
  method: Method
  /** Under /api/v1, with parameters in braces: `/orders/{orderId}`. */
  path: `/${string}`
  /** Who may call it stands under this name in policy.ts. */
  operationId: OperationId
  tag: string
  summary: string
  description?: string
  params?: P
  query?: Q
  body?: B
  /** A body as a reader would send it; a test sends it through `body`. */
  example?: object
  success: Success<R>
  /** Refusals of this operation beyond those any operation may give. */
  problems: readonly ProblemCode[]
  run(call: Call<P, Q, B>): Promise<R extends None ? Response | void : z.output<R>>
}

/** An operation of the API as a value: the server mounts it and the OpenAPI document describes it. */
export const route = <
  R extends z.ZodType = None,
  P extends z.ZodType = None,
  Q extends z.ZodType = None,
  B extends z.ZodType = None,
>(
  definition: Route<P, Q, B, R>,
): Route => definition
