import { z } from 'zod'
import { changeMemberRole, ChangeMemberRoleInput } from '#modules/accounts/change-member-role.ts'
import { demandSecondFactor } from '#modules/accounts/demand-second-factor.ts'
import { inviteMember, InviteMemberInput } from '#modules/accounts/invite-member.ts'
import { MEMBER_ROLES } from '#modules/accounts/member.ts'
import { getGrantReport, listGrants, listInvitations, listTeam } from '#modules/accounts/members-queries.ts'
import { removeMember } from '#modules/accounts/remove-member.ts'
import { revokeGrant } from '#modules/accounts/revoke-grant.ts'
import { revokeInvitation } from '#modules/accounts/revoke-invitation.ts'
import { lendService, LendServiceInput } from '#modules/provisioning/lend-service.ts'
import { instant, pathId } from './codecs.ts'
import { pageAnswer, pageBody, PageQuery } from './paging.ts'
import { route } from './route.ts'

const tag = 'Team'

const role = z.enum(MEMBER_ROLES)
const Member = z
  .object({
    userId: z.string(),
    name: z.string(),
    email: z.string(),
    role,
    hasSecondFactor: z.boolean(),
    lastSeenAt: instant.nullable(),
    createdAt: instant,
  })
  .meta({ id: 'Member', description: 'Somebody who shares your account.' })

const Invitation = z
  .object({
    id: z.string(),
    email: z.string(),
    role: role.nullable().meta({ description: 'Null when a single service is lent.' }),
    serviceId: z.string().nullable(),
    actions: z.array(z.string()).nullable(),
    lentDays: z.int().nullable().meta({ description: 'From the day it is accepted; null until it is taken back.' }),
    createdAt: instant,
    expiresAt: instant,
  })
  .meta({ id: 'Invitation', description: 'A mail nobody has answered yet.' })

const Grant = z
  .object({
    id: z.string(),
    serviceId: z.string(),
    hostname: z.string(),
    userId: z.string(),
    name: z.string(),
    email: z.string(),
    actions: z.array(z.string()),
    createdAt: instant,
    expiresAt: instant.nullable(),
    revokedAt: instant.nullable(),
  })
  .meta({ id: 'ServiceGrant', description: 'A service that is or was lent to somebody.' })

const MemberParams = z.strictObject({ memberId: pathId.meta({ description: 'The id of their user.' }) })

export const readMembers = route({
  method: 'get',
  path: '/members',
  operationId: 'listMembers',
  tag,
  summary: 'Who shares your account',
  success: { status: 200, description: 'Who joined first on top.', body: z.object({ data: z.array(Member) }) },
  problems: [],
  run: async ({ app, actor }) => ({ data: await listTeam(app, actor) }),
})

export const updateMember = route({
  method: 'patch',
  path: '/members/{memberId}',
  operationId: 'changeMemberRole',
  tag,
  summary: 'Give a member another role',
  description: 'Their sessions for this account end.',
  params: MemberParams,
  body: ChangeMemberRoleInput,
  example: { role: 'technical' },
  success: { status: 200, description: 'The role they have now.', body: z.object({ userId: z.string(), role }) },
  problems: ['confirmation_needed', 'member_not_found', 'role_beyond_own', 'last_owner'],
  run: ({ app, actor, params, body }) => changeMemberRole(app, actor, { userId: params.memberId, ...body }),
})

export const deleteMember = route({
  method: 'delete',
  path: '/members/{memberId}',
  operationId: 'removeMember',
  tag,
  summary: 'Remove a member',
  description: 'Their sessions, tokens and borrowed services of this account end.',
  params: MemberParams,
  success: { status: 204, description: 'They are out.' },
  problems: ['member_not_found', 'role_beyond_own', 'last_owner'],
  run: ({ app, actor, params }) => removeMember(app, actor, { userId: params.memberId }),
})

export const setSecondFactorDemand = route({
  method: 'put',
  path: '/members/second-factor',
  operationId: 'demandSecondFactor',
  tag,
  summary: 'Say whether members need a second factor',
  body: z.strictObject({ needed: z.boolean() }),
  example: { needed: false },
  success: { status: 204, description: 'It holds from the next request of each.' },
  problems: ['second_factor_missing'],
  run: ({ app, actor, body }) => demandSecondFactor(app, actor, body),
})

export const readInvitations = route({
  method: 'get',
  path: '/invitations',
  operationId: 'listInvitations',
  tag,
  summary: 'Invitations nobody has answered',
  success: { status: 200, description: 'Newest first.', body: z.object({ data: z.array(Invitation) }) },
  problems: [],
  run: async ({ app, actor }) => ({ data: await listInvitations(app, actor) }),
})

export const createInvitation = route({
  method: 'post',
  path: '/invitations',
  operationId: 'inviteMember',
  tag,
  summary: 'Invite somebody to share your account',
  body: InviteMemberInput,
  example: { email: 'colleague@example.com', role: 'technical' },
  success: { status: 201, description: 'The mail is on its way.', body: Invitation },
  problems: ['confirmation_needed', 'already_member', 'role_beyond_own'],
  run: ({ app, actor, body }) => inviteMember(app, actor, body),
})

export const deleteInvitation = route({
  method: 'delete',
  path: '/invitations/{invitationId}',
  operationId: 'revokeInvitation',
  tag,
  summary: 'Take an invitation back',
  params: z.strictObject({ invitationId: pathId }),
  success: { status: 204, description: 'Its link no longer works.' },
  problems: ['invitation_not_found', 'invitation_accepted', 'invitation_declined', 'invitation_revoked'],
  run: ({ app, actor, params }) => revokeInvitation(app, actor, params),
})

export const createGrant = route({
  method: 'post',
  path: '/services/{serviceId}/grants',
  operationId: 'lendService',
  tag,
  summary: 'Lend a service to somebody',
  description: 'They get a mail, and may use it from the day they accept.',
  params: z.strictObject({ serviceId: pathId }),
  body: LendServiceInput,
  example: { email: 'friend@example.com', actions: ['service.read', 'service.operate'], days: 7 },
  success: { status: 201, description: 'The mail is on its way.', body: Invitation },
  problems: ['confirmation_needed', 'service_not_found', 'service_terminated', 'already_member'],
  run: ({ app, actor, params, body }) => lendService(app, actor, { ...params, ...body }),
})

export const readGrants = route({
  method: 'get',
  path: '/grants',
  operationId: 'listGrants',
  tag,
  summary: 'Services that are or were lent',
  query: PageQuery,
  success: { status: 200, description: 'Newest first.', body: pageBody(Grant) },
  problems: [],
  run: async (call) => pageAnswer(call, await listGrants(call.app, call.actor, call.query)),
})

const GrantParams = z.strictObject({ grantId: pathId })

export const readGrant = route({
  method: 'get',
  path: '/grants/{grantId}',
  operationId: 'getGrant',
  tag,
  summary: 'A lent service, and what was done with it',
  params: GrantParams,
  success: {
    status: 200,
    description: 'With the last hundred acts of whoever borrowed it.',
    body: Grant.extend({
      acts: z.array(z.object({ id: z.string(), name: z.string(), action: z.string().nullable(), at: instant })),
    }),
  },
  problems: ['service_grant_not_found'],
  run: async ({ app, actor, params }) => {
    const { grant, acts } = await getGrantReport(app, actor, params.grantId, { limit: 100 })
    return { ...grant, acts: acts.rows }
  },
})

export const deleteGrant = route({
  method: 'delete',
  path: '/grants/{grantId}',
  operationId: 'revokeGrant',
  tag,
  summary: 'Take a lent service back',
  params: GrantParams,
  success: { status: 204, description: 'It is no longer theirs to use.' },
  problems: ['service_grant_not_found'],
  run: ({ app, actor, params }) => revokeGrant(app, actor, params),
})
