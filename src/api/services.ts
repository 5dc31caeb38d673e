import { z } from 'zod'
import { listServiceActions, type ServiceAction } from '#modules/provisioning/list-service-actions.ts'
import { getServiceDetail, listServices } from '#modules/provisioning/provisioning-queries.ts'
import { readLiveStatus } from '#modules/provisioning/read-live-status.ts'
import { requestPowerAction } from '#modules/provisioning/request-power-action.ts'
import { POWER_ACTIONS } from '#modules/provisioning/service.ts'
import type { ProcedureState } from '#platform/schema.ts'
import { instant, localizedText, pathId } from './codecs.ts'
import { pageAnswer, pageBody, PageQuery } from './paging.ts'
import { route } from './route.ts'

const tag = 'Services'
const ServiceParams = z.strictObject({ serviceId: pathId })
const powerAction = z.enum(POWER_ACTIONS)
const power = z
  .enum(['running', 'stopped', 'paused', 'unknown'])
  .nullable()
  .meta({ description: 'What the host last told; null before it told anything.' })

const ServiceSummary = z
  .object({
    id: z.string(),
    state: z.enum(['pending', 'provisioning', 'active', 'suspended', 'terminated', 'failed']),
    hostname: z.string(),
    planName: localizedText,
    regionName: localizedText,
    imageName: z.string(),
    addresses: z.array(z.string()).meta({ description: 'IPv4 first.' }),
    power,
    subscriptionId: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'ServiceSummary' })

const Step = z.object({
  name: z.string(),
  state: z.enum(['planned', 'running', 'waiting', 'done', 'failed', 'undoing', 'undone']),
})

const Progress = z
  .object({
    id: z.string(),
    name: z.string(),
    live: z.boolean().meta({ description: 'Whether it is still under way.' }),
    steps: z.array(Step),
    createdAt: instant,
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'Progress', description: 'How far the work on a service is.' })

const Status = z
  .object({
    live: z.boolean().meta({ description: 'Whether the host said so just now; otherwise it is what was last seen.' }),
    power,
    seenAt: instant.nullable(),
    load: z
      .object({
        uptimeSeconds: z.number(),
        cpuLoad: z.number().meta({ description: '0 to 1 over all cores.' }),
        memoryUsedMb: z.number(),
        memoryTotalMb: z.number(),
      })
      .optional()
      .meta({ description: 'Only while live and running.' }),
  })
  .meta({ id: 'ServiceStatus' })

const ServiceBody = z
  .object({
    id: z.string(),
    state: ServiceSummary.shape.state,
    hostname: z.string(),
    subscriptionId: z.string(),
    plan: z.object({ slug: z.string(), name: localizedText, trafficTb: z.int() }),
    region: z.object({ slug: z.string(), name: localizedText, country: z.string() }),
    image: z.object({ slug: z.string(), family: z.string(), name: z.string(), loginUser: z.string() }),
    cores: z.int(),
    memoryMb: z.int(),
    diskGb: z.int(),
    addresses: z.array(
      z.object({ address: z.string(), prefix: z.int(), gateway: z.string(), family: z.literal([4, 6]) }),
    ),
    status: Status,
    failure: z.string().nullable().meta({ description: 'Why it could not be built, in your language.' }),
    progress: Progress.nullable().meta({ description: 'What works on it now, or did last.' }),
    actions: z.array(powerAction).meta({ description: 'The actions that can be asked for now.' }),
    createdAt: instant,
    activatedAt: instant.nullable(),
    terminatedAt: instant.nullable(),
  })
  .meta({ id: 'Service', description: 'A virtual server.' })

const ActionBody = z
  .object({
    id: z.string(),
    action: powerAction,
    state: z.enum(['running', 'done', 'failed']),
    createdAt: instant,
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'ServiceAction', description: 'A power action that was asked for.' })

const ACTION_STATES: Record<ProcedureState, z.output<typeof ActionBody>['state']> = {
  running: 'running',
  compensating: 'running',
  stuck: 'running',
  completed: 'done',
  compensated: 'failed',
}

const actionOf = (action: ServiceAction) => ({ ...action, state: ACTION_STATES[action.state] })

export const readServices = route({
  method: 'get',
  path: '/services',
  operationId: 'listServices',
  tag,
  summary: 'Your services',
  query: PageQuery,
  success: { status: 200, description: 'Newest first.', body: pageBody(ServiceSummary) },
  problems: [],
  run: async (call) => pageAnswer(call, await listServices(call.app, call.actor, call.query)),
})

export const readService = route({
  method: 'get',
  path: '/services/{serviceId}',
  operationId: 'getService',
  tag,
  summary: 'One service with its live state',
  params: ServiceParams,
  success: { status: 200, description: 'The service.', body: ServiceBody },
  problems: ['service_not_found'],
  run: async ({ app, actor, params }) => {
    const { service, procedure, powerActions, ...detail } = await getServiceDetail(app, actor, params.serviceId)
    const status = await readLiveStatus(app, actor, service.id)
    return { ...service, ...detail, status, progress: procedure ?? null, actions: powerActions }
  },
})

export const createAction = route({
  method: 'post',
  path: '/services/{serviceId}/actions',
  operationId: 'createServiceAction',
  tag,
  summary: 'Start, shut down, stop or restart a server',
  description: '`shutdown` asks the system first and `stop` pulls the plug. The action is done once the host says so.',
  params: ServiceParams,
  body: z.strictObject({ action: powerAction }),
  example: { action: 'restart' },
  success: {
    status: 202,
    description: 'It is asked for; see how far it is in the list of actions.',
    body: z.object({ id: z.string(), action: powerAction }),
  },
  problems: [
    'service_not_found',
    'service_pending',
    'service_provisioning',
    'service_suspended',
    'service_terminated',
    'service_failed',
    'action_running',
  ],
  run: async ({ app, actor, params, body: { action }, headers }) => {
    const { procedureId } = await requestPowerAction(app, actor, { serviceId: params.serviceId, action })
    headers.set('location', `/api/v1/services/${params.serviceId}/actions`)
    return { id: procedureId, action }
  },
})

export const readActions = route({
  method: 'get',
  path: '/services/{serviceId}/actions',
  operationId: 'listServiceActions',
  tag,
  summary: 'The power actions of a service',
  params: ServiceParams,
  query: PageQuery,
  success: { status: 200, description: 'Newest first.', body: pageBody(ActionBody) },
  problems: ['service_not_found'],
  run: async (call) => {
    const page = await listServiceActions(call.app, call.actor, { ...call.query, ...call.params })
    return pageAnswer(call, { ...page, rows: page.rows.map(actionOf) })
  },
})
