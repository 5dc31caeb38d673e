import { z } from 'zod'
import type { App } from '#app/app.ts'
import { type Actor, anonymous } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import { beyondOwnRows } from '#platform/row-scope.ts'
import { transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { lockCustomer } from './accounts-queries.ts'
import {
  type Invitation,
  invitationIdOf,
  invitationMachine,
  invitationOver,
  isInvitationOpen,
  isSecretOf,
} from './invitation.ts'
import { openSession } from './open-session.ts'
import { hashPassword, NewPasswordField, requireOwnPassword } from './password.ts'
import type { OpenedSession, Visitor } from './session.ts'
import { actingUserId, LocaleField, PersonNameField } from './user.ts'

const PER_ADDRESS = { name: 'invitation-from', attempts: 60, perSeconds: 900 }

/** What an invitation asks, for whoever holds its link. `known`: its address has a user already, who must log in. */
export type OpenInvitation = Invitation & {
  customerName: string
  inviterName: string
  hostname: string | null
  known: boolean
}

/** The invitation behind a link. Throws `invitation_over`, whatever is the reason. */
export async function getInvitation(app: App, secret: string): Promise<OpenInvitation> {
  const found = await beyondOwnRows(() => findInvitation(app, secret))
  if (!found || !isSecretOf(app.secrets, found, secret) || !isInvitationOpen(found, app.clock.now()))
    throw invitationOver()
  const { knownId, ...invitation } = found
  return { ...invitation, known: knownId !== null }
}

const findInvitation = (app: App, secret: string) =>
  app.db
    .selectFrom('invitations')
    .innerJoin('customers', 'customers.id', 'invitations.customerId')
    .innerJoin('users as inviter', 'inviter.id', 'invitations.invitedBy')
    .leftJoin('services', 'services.id', 'invitations.serviceId')
    .leftJoin('users as invited', 'invited.email', 'invitations.email')
    .selectAll('invitations')
    .select(['customers.name as customerName', 'inviter.name as inviterName', 'services.hostname'])
    .select('invited.id as knownId')
    .where('invitations.id', '=', invitationIdOf(secret))
    .executeTakeFirst()

/**
 * The user who is signed in accepts: they must be whom it was sent to. Holding the link proves their address, too. Gives
 * the customer they may act for from now on. Throws `invitation_over`, `invitation_for_another`.
 */
export async function acceptInvitation(app: App, actor: Actor, secret: string): Promise<{ customerId: string }> {
  const userId = actingUserId(actor)
  const join = async (tx: Tx): Promise<{ customerId: string }> => {
    const invitation = await lockInvitation(app, tx, secret)
    const user = await tx.db
      .selectFrom('users')
      .select(['email', 'staffRole'])
      .where('id', '=', userId)
      .executeTakeFirstOrThrow()
    if (user.email !== invitation.email || user.staffRole !== null)
      throw new Problem(
        'forbidden',
        'invitation_for_another',
        'This invitation was sent to another address. Please log in with that one, or ask for an invitation to yours.',
      )
    return accept(tx, invitation, userId)
  }
  return beyondOwnRows(() => app.transaction(actor, join))
}

export const JoinInput = z.strictObject({ name: PersonNameField, password: NewPasswordField, locale: LocaleField })

/**
 * Somebody new accepts: makes their user, whose address the link has proved, and signs them in. Throws `invitation_over`,
 * `email_taken` when a user has the address by now, `password_too_simple`, `too_many_attempts`, `busy`.
 */
export async function joinByInvitation(
  app: App,
  secret: string,
  input: z.output<typeof JoinInput> & Visitor,
): Promise<OpenedSession> {
  if (input.address) await app.limits.take(PER_ADDRESS, input.address)
  const { email } = await getInvitation(app, secret)
  requireOwnPassword(input.password, email)
  const passwordHash = await hashPassword(input.password)
  const join = async (tx: Tx): Promise<OpenedSession> => {
    const invitation = await lockInvitation(app, tx, secret)
    const user = await tx.db
      .insertInto('users')
      .values({
        id: newId('usr'),
        email: invitation.email,
        name: input.name,
        passwordHash,
        emailVerifiedAt: tx.now,
        locale: input.locale,
        createdAt: tx.now,
        updatedAt: tx.now,
      })
      .onConflict((conflict) => conflict.column('email').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!user) throw new Problem('conflict', 'email_taken', 'A user with this address exists already. Please log in.')
    await accept(tx, invitation, user.id)
    await tx.emit('user.joined', user.id, {
      customerId: invitation.customerId,
      after: { invitationId: invitation.id },
    })
    const session = await openSession(app, tx, {
      userId: user.id,
      method: 'link',
      address: input.address,
      userAgent: input.userAgent,
    })
    if (!session) throw invitationOver()
    return session
  }
  return beyondOwnRows(() => app.transaction(anonymous, join))
}

/** Whoever holds the link says no. Throws `invitation_over`. */
export const declineInvitation = (app: App, actor: Actor, secret: string): Promise<void> =>
  beyondOwnRows(() =>
    app.transaction(actor, async (tx) => {
      await transition(tx, invitationMachine, await lockInvitation(app, tx, secret), 'decline')
    }),
  )

async function lockInvitation(app: App, tx: Tx, secret: string): Promise<Invitation> {
  const id = invitationIdOf(secret)
  const whose = await tx.db.selectFrom('invitations').select('customerId').where('id', '=', id).executeTakeFirst()
  if (!whose) throw invitationOver()
  await lockCustomer(tx, whose.customerId)
  const invitation = await tx.db
    .selectFrom('invitations')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (!isSecretOf(app.secrets, invitation, secret) || !isInvitationOpen(invitation, tx.now)) throw invitationOver()
  return invitation
}

async function accept(tx: Tx, invitation: Invitation, userId: string): Promise<{ customerId: string }> {
  const { customerId, role, serviceId } = invitation
  await transition(tx, invitationMachine, invitation, 'accept', { acceptedBy: userId })
  await tx.db
    .updateTable('users')
    .set({ emailVerifiedAt: tx.now, updatedAt: tx.now })
    .where('id', '=', userId)
    .where('emailVerifiedAt', 'is', null)
    .execute()
  if (role !== null) {
    const joined = await tx.db
      .insertInto('members')
      .values({ customerId, userId, role, createdAt: tx.now })
      .onConflict((conflict) => conflict.columns(['customerId', 'userId']).doNothing())
      .returning('userId')
      .executeTakeFirst()
    if (joined) await tx.emit('member.added', userId, { customerId, after: { role } })
  } else if (serviceId !== null) await lend(tx, { ...invitation, serviceId }, userId)
  return { customerId }
}

async function lend(tx: Tx, invitation: Invitation & { serviceId: string }, userId: string): Promise<void> {
  const { customerId, serviceId, actions, lentDays, invitedBy } = invitation
  const earlier = await tx.db
    .updateTable('serviceGrants')
    .set({ revokedAt: tx.now })
    .where('serviceId', '=', serviceId)
    .where('userId', '=', userId)
    .where('revokedAt', 'is', null)
    .returning('id')
    .execute()
  for (const { id } of earlier)
    await tx.emit('service_grant.revoked', id, { customerId, before: { serviceId, userId } })
  const expiresAt = lentDays === null ? null : tx.now.add({ hours: 24 * lentDays })
  const grant = { id: newId('grt'), customerId, serviceId, userId, actions: actions!, grantedBy: invitedBy, expiresAt }
  await tx.db
    .insertInto('serviceGrants')
    .values({ ...grant, createdAt: tx.now })
    .execute()
  await tx.emit('service_grant.created', grant.id, {
    customerId,
    after: { serviceId, userId, actions, expiresAt: expiresAt?.toString() ?? null },
  })
}
