import { z } from 'zod'
import { listSessions } from '#modules/accounts/accounts-queries.ts'
import { confirmSession } from '#modules/accounts/confirm-session.ts'
import { PasswordProof } from '#modules/accounts/confirm-user.ts'
import { signIn, SignInInput } from '#modules/accounts/sign-in.ts'
import { signOut } from '#modules/accounts/sign-out.ts'
import { assert } from '#platform/problem.ts'
import { instant, pathId } from './codecs.ts'
import { route } from './route.ts'

const tag = 'Sessions'

const Session = z
  .object({
    id: z.string(),
    current: z.boolean(),
    userAgent: z.string().nullable(),
    address: z.string().nullable(),
    createdAt: instant,
    lastSeenAt: instant,
    expiresAt: instant,
  })
  .meta({ id: 'Session', description: 'A browser or program that is signed in.' })

export const createSession = route({
  method: 'post',
  path: '/sessions',
  operationId: 'signIn',
  tag,
  summary: 'Sign in',
  description:
    'Who has a second factor sends its code along, or a recovery code. Programs that run unattended use an API token instead.',
  body: SignInInput,
  example: { email: 'jane@example.com', password: 'four random words here' },
  success: {
    status: 201,
    description: 'Send the token as `Authorization: Bearer …`.',
    body: z.object({ id: z.string(), token: z.string(), expiresAt: instant }),
  },
  problems: [
    'sign_in_failed',
    'second_factor_required',
    'second_factor_wrong',
    'sign_in_over',
    'too_many_attempts',
    'busy',
  ],
  run: async ({ app, actor, body, visitor }) => {
    const { sessionId, token, expiresAt } = await signIn(app, actor, { ...body, ...visitor })
    return { id: sessionId, token, expiresAt }
  },
})

export const readSessions = route({
  method: 'get',
  path: '/sessions',
  operationId: 'listSessions',
  tag,
  summary: 'Where you are signed in',
  success: { status: 200, description: 'The latest used first.', body: z.object({ data: z.array(Session) }) },
  problems: [],
  run: async ({ app, actor, caller }) => {
    const sessions = await listSessions(app, actor)
    const currentId = caller.kind === 'session' ? caller.sessionId : undefined
    return { data: sessions.map((session) => ({ ...session, current: session.id === currentId })) }
  },
})

export const createConfirmation = route({
  method: 'post',
  path: '/sessions/current/confirmations',
  operationId: 'confirmSession',
  tag,
  summary: 'Confirm that it is you',
  description:
    'Dangerous operations answer 401 `confirmation_needed` when you signed in more than 15 minutes ago. Send your password, and the code of your second factor if you have one, then repeat the operation with the new token.',
  body: PasswordProof,
  example: { currentPassword: 'four random words here' },
  success: {
    status: 201,
    description: 'The session goes on under this token; the one before no longer works.',
    body: z.object({ token: z.string(), expiresAt: instant }),
  },
  problems: ['password_wrong', 'second_factor_wrong', 'too_many_attempts', 'busy'],
  run: ({ app, actor, body }) => confirmSession(app, actor, body),
})

export const deleteCurrentSession = route({
  method: 'delete',
  path: '/sessions/current',
  operationId: 'signOut',
  tag,
  summary: 'Sign out',
  success: { status: 204, description: 'The token no longer works.' },
  problems: [],
  run: ({ app, actor, caller }) => {
    assert(caller.kind === 'session', 'policy.ts lets only sessions sign out')
    return signOut(app, actor, { sessionId: caller.sessionId })
  },
})

export const deleteSession = route({
  method: 'delete',
  path: '/sessions/{sessionId}',
  operationId: 'endSession',
  tag,
  summary: 'Sign another browser or program out',
  params: z.strictObject({ sessionId: pathId }),
  success: { status: 204, description: 'It is signed out.' },
  problems: ['session_not_found'],
  run: ({ app, actor, params }) => signOut(app, actor, params),
})
