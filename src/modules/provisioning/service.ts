import { Problem } from '#platform/problem.ts'
import type { Schema, ServiceState } from '#platform/schema.ts'
import { stateMachine, type Transitions } from '#platform/state-machine.ts'

/** The thing delivered for a subscription: here a virtual server. */
export type Service = Schema['services']

export const serviceMachine = stateMachine({
  noun: 'service',
  table: 'services',
  states: {
    pending: { provision: 'provisioning', terminate: 'terminated' },
    provisioning: { activate: 'active', fail: 'failed' },
    active: { suspend: 'suspended', terminate: 'terminated' },
    suspended: { resume: 'active', terminate: 'terminated' },
    failed: { retry: 'provisioning', terminate: 'terminated' },
    terminated: {},
  } satisfies Transitions<ServiceState>,
})

export const POWER_ACTIONS = ['start', 'shutdown', 'stop', 'restart'] as const
/** `stop` pulls the plug; `shutdown` asks the guest first. */
export type PowerAction = (typeof POWER_ACTIONS)[number]

/**
 * The power actions worth offering for what the host last told; none unless the service is active. The host is asked
 * again before anything is done, so a stale page does no harm.
 */
export function powerActions({ state, power }: Pick<Service, 'state' | 'power'>): PowerAction[] {
  if (state !== 'active') return []
  switch (power) {
    case 'running':
      return ['shutdown', 'restart', 'stop']
    case 'stopped':
      return ['start']
    case 'paused':
      return ['stop']
    case null:
      return ['start', 'shutdown', 'restart', 'stop']
  }
}

/** Refuses with `service_suspended`, `service_provisioning`, … when the service takes no power actions just now. */
export function requirePowerable({ state }: Pick<Service, 'state'>): void {
  if (state !== 'active')
    throw new Problem('conflict', `service_${state}`, `This server is ${state}, so it cannot be switched on or off.`)
}

/** Why a procedure that was asked for has to wait: another one works on the service. */
export const actionRunning = (procedureName: string): Problem =>
  new Problem(
    'conflict',
    'action_running',
    `This server is being ${WORK[procedureName] ?? 'worked on'}. Please wait until that is done.`,
  )

const WORK: Record<string, string> = {
  'provisioning.create-vps': 'set up',
  'provisioning.power-vps': 'switched on or off',
  'provisioning.resize-vps': 'changed',
  'provisioning.suspend-vps': 'suspended',
  'provisioning.resume-vps': 'resumed',
  'provisioning.terminate-vps': 'terminated',
}
