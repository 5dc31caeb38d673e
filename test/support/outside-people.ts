import { type OutsidePerson, openIdProvider, OIDC_CLIENT } from './outside-login.ts'
import { createTestApp, type TestApp } from './test-app.ts'
import { createVisitor, type VisitedPage, type Visitor } from './visitor.ts'

export const security = '/portal/profile/security'
export const password = 'four random words here'
export const CALLBACK = 'http://localhost:8080/login/with/oidc/callback'

/** The product with a provider beside it, and people who are known there. */
export async function openOutside() {
  const provider = await openIdProvider(CALLBACK)
  const app: TestApp = await createTestApp(
    {
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: OIDC_CLIENT.id,
      OIDC_CLIENT_SECRET: OIDC_CLIENT.secret,
      OIDC_LABEL: 'Example ID',
    },
    { web: true },
  )
  return { app, provider, ...peopleOf(app, provider) }
}

export const isIn = (visitor: Visitor): boolean => visitor.cookie('__Host-session') !== undefined

function peopleOf(app: TestApp, provider: Awaited<ReturnType<typeof openIdProvider>>) {
  let people = 0
  const newPerson = (more: Partial<OutsidePerson> = {}): OutsidePerson & { email: string } => {
    const sub = `person-${(people += 1)}`
    return { sub, email: `${sub}@example.com`, email_verified: true, name: 'Ada Byron', ...more }
  }
  const visitorAs = (person: OutsidePerson | undefined): Visitor => createVisitor(app, provider.browse(person))
  const logIn = (visitor: Visitor, next = ''): Promise<VisitedPage> =>
    visitor.open(`/login/with/oidc${next === '' ? '' : `?next=${encodeURIComponent(next)}`}`)
  const usersWith = (email: string) =>
    app.db
      .selectFrom('users')
      .select(['id', 'emailVerifiedAt', 'passwordHash', 'name'])
      .where('email', '=', email)
      .execute()
  const identitiesOf = async (email: string): Promise<number> =>
    (
      await app.db
        .selectFrom('identities')
        .innerJoin('users', 'users.id', 'identities.userId')
        .select('identities.id')
        .where('users.email', '=', email)
        .execute()
    ).length

  /** Somebody who registered with a password and, unless told otherwise, confirmed their address. */
  async function registered(email: string, { confirmed = true } = {}): Promise<Visitor> {
    const visitor = createVisitor(app)
    await (await visitor.open('/register')).press('Create account', { name: 'Jane Doe', email, password })
    if (!confirmed) return visitor
    await app.work()
    const mail = await app.mail.waitFor(
      (each) => each.recipients.includes(email) && each.text.includes('/verify-email?'),
    )
    const link = /\/verify-email\?token=[\w.~%-]+/.exec(mail.text)![0]
    await (await visitor.open(link)).press('Confirm')
    return visitor
  }

  const withPassword = async (visitor: Visitor, email: string, secret = password): Promise<VisitedPage> =>
    (await visitor.open('/login')).press('Log in', { email, password: secret })

  /** Connects on the security page, pressing what a person would. */
  async function connect(visitor: Visitor): Promise<VisitedPage> {
    const asked = await (await visitor.open(security)).press('Connect')
    return visitor.open(asked.link('Go on to Example ID'))
  }
  return { newPerson, visitorAs, logIn, usersWith, identitiesOf, registered, withPassword, connect }
}
