import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Ajv, type AnySchema, type ValidateFunction } from 'ajv'
import type { VpsHost } from '#modules/provisioning/vps-host.ts'
import { proxmoxHost } from './proxmox.ts'
import { formEncode, percentEncode } from './proxmox-client.ts'
import { copy, credentials, done, order, running, setUp } from './proxmox-fixture.ts'
import * as shapes from './proxmox-shapes.ts'

const contracts = '../shared/contracts'
const present = existsSync(`${contracts}/proxmox/pve-api-schema.json`)
const options = present ? {} : { skip: 'skipped: contracts not present' }
const load = (file: string): unknown => JSON.parse(readFileSync(`${contracts}/${file}`, 'utf8'))

type PveType = {
  type?: string
  optional?: 0 | 1 | boolean
  properties?: Record<string, PveType>
  items?: PveType
  enum?: string[]
  minimum?: number | string
  maximum?: number | string
  maxLength?: number
  pattern?: string
  additionalProperties?: 0 | 1
}
type Method = { parameters?: PveType; returns?: PveType }
type PvePath = { path: string; children?: PvePath[]; info?: Record<string, Method> }

const ajv = new Ajv({ coerceTypes: true, strict: false, allErrors: true, unicodeRegExp: false })

/** The vendor's description in JSON Schema's words: `optional` turned round, Perl's truth values, `name[n]` families. */
function jsonSchema(type: PveType): AnySchema {
  const number = (value: number | string | undefined) => (value === undefined ? undefined : Number(value))
  const properties = Object.entries(type.properties ?? {})
  const named = properties.filter(([name]) => !name.includes('['))
  const families = properties.filter(([name]) => name.includes('['))
  const types: Record<string, AnySchema> = {
    object: {
      type: 'object',
      properties: Object.fromEntries(named.map(([name, one]) => [name, jsonSchema(one)])),
      patternProperties: Object.fromEntries(
        families.map(([name, one]) => [`^${name.replace('[n]', '\\d+')}$`, jsonSchema(one)]),
      ),
      required: named.filter(([, one]) => !one.optional).map(([name]) => name),
      ...(type.additionalProperties === 0 ? { additionalProperties: false } : {}),
    },
    array: { type: 'array', items: type.items ? jsonSchema(type.items) : {} },
    boolean: { enum: [0, 1, '0', '1', true, false] },
    null: { const: null },
    string: { type: 'string', ...(type.maxLength ? { maxLength: type.maxLength } : {}) },
    integer: { type: 'integer', minimum: number(type.minimum), maximum: number(type.maximum) },
    number: { type: 'number', minimum: number(type.minimum), maximum: number(type.maximum) },
  }
  const schema = JSON.parse(JSON.stringify(types[type.type ?? (type.properties ? 'object' : '')] ?? {})) as object
  const pattern = type.pattern && !type.pattern.includes('(?^') ? { pattern: `^(?:${type.pattern})$` } : {}
  return { ...schema, ...(type.enum ? { enum: type.enum } : {}), ...pattern }
}

/** Finds the call that a path is, with the values of its `{parts}`. */
function finder() {
  const methods: { pattern: RegExp; names: string[]; path: string; info: Record<string, Method> }[] = []
  const walk = (one: PvePath): void => {
    const names = [...one.path.matchAll(/\{([\w-]+)\}/g)].map((match) => match[1] ?? '')
    const pattern = new RegExp(`^${one.path.replaceAll(/\{[\w-]+\}/g, '([^/]+)')}$`)
    methods.push({ pattern, names, path: one.path, info: one.info ?? {} })
    for (const child of one.children ?? []) walk(child)
  }
  for (const one of load('proxmox/pve-api-schema.json') as PvePath[]) walk(one)
  // A fixed word in a path goes before a placeholder.
  const ordered = methods.toSorted((a, b) => a.names.length - b.names.length)
  return (verb: string, path: string) => {
    const found = ordered.find((one) => one.pattern.test(path) && one.info[verb])
    assert.ok(found, `the API has no ${verb} ${path}`)
    const parts = found.pattern.exec(path)?.slice(1).map(decodeURIComponent) ?? []
    const method = found.info[verb] ?? {}
    return {
      name: `${verb} ${found.path}`,
      method,
      parts: Object.fromEntries(found.names.map((name, i) => [name, parts[i]])),
    }
  }
}

test('every call of ours and every answer of the simulator is as the vendor describes it', options, async () => {
  const { cluster } = setUp()
  const find = finder()
  const seen = new Set<string>()
  const compiled = new Map<string, ValidateFunction>()
  const validate = (schema: PveType | undefined, value: unknown, what: string): void => {
    if (!schema) return
    const check = compiled.get(what) ?? ajv.compile(jsonSchema(schema))
    compiled.set(what, check)
    assert.ok(check(structuredClone(value)), `${what}: ${ajv.errorsText(check.errors)}`)
  }
  const host: VpsHost = proxmoxHost({
    ...credentials,
    urls: ['https://pve:8006'],
    storage: 'ceph',
    backupStorage: 'backup',
    bridge: 'vmbr0',
    pool: 'ez',
    fetch: async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input)
      const { name, method, parts } = find(init?.method ?? 'GET', url.pathname.replace('/api2/json', ''))
      const sent = new URLSearchParams(typeof init?.body === 'string' ? init.body : url.search)
      validate(method.parameters, { ...Object.fromEntries(sent), ...parts }, `what we send to ${name}`)
      const response = await cluster.fetch(input, init)
      const { data } = (await response.clone().json()) as { data: unknown }
      if (response.ok) {
        validate(method.returns, data, `what ${name} answers`)
        seen.add(name)
      }
      return response
    },
  })
  await host.ping()
  await host.listNodes()
  await host.listMachines()
  await running(host)
  const tooMany = { address: '203.0.113.99', prefix: 24, gateway: '203.0.113.1', family: 4 as const }
  await host.configure({ ...order, addresses: [...order.addresses, tooMany] })
  await host.protectNetwork('hel1-pve1', 105)
  await host.configure({ ...order, sshKeys: [] })
  await host.protectNetwork('hel1-pve1', 105)
  await done(host, await host.growDisk('hel1-pve1', 105, 40))
  await host.guestAddresses('hel1-pve1', 105)
  await host.findRunningTask('hel1-pve1', 105)
  await host.findMachine(105)
  await host.findMachine(4711)
  await done(host, await host.restart('hel1-pve1', 105))
  cluster.setMachine(105, { paused: true })
  await done(host, await host.start('hel1-pve1', 105))
  await done(host, await host.shutdown('hel1-pve1', 105, true))
  await done(host, await host.start('hel1-pve1', 105))
  await done(host, await host.stop('hel1-pve1', 105))
  await done(host, await host.backUp({ node: 'hel1-pve1', vmId: 105, tag: order.tag, note: 'bkp_1' }))
  const [backup] = await host.listBackups({ vmId: 105 })
  await done(host, await host.deleteBackup(backup!))
  await done(host, await host.destroy(105, order.tag))
  assert.equal(seen.size, 28, [...seen].toSorted().join('\n'))
})

test('what the adapter does not ask is described as well', options, async () => {
  const { cluster, host } = setUp()
  await host.cloneTemplate(copy)
  const find = finder()
  const headers = { authorization: `PVEAPIToken=${credentials.tokenId}=${credentials.tokenSecret}` }
  for (const path of [
    '/nodes/fsn1-pve1/status',
    '/nodes/fsn1-pve1/storage',
    '/nodes/fsn1-pve1/tasks',
    '/nodes/fsn1-pve1/qemu',
    '/pools/ez',
    '/nodes/hel1-pve1/qemu/105/firewall/options',
    '/nodes/hel1-pve1/qemu/105/firewall/rules',
    '/nodes/hel1-pve1/qemu/105/rrddata?timeframe=day',
  ]) {
    const response = await cluster.fetch(`https://pve:8006/api2/json${path}`, { headers })
    assert.equal(response.status, 200, path)
    const { data } = (await response.json()) as { data: unknown }
    const check = ajv.compile(jsonSchema(find('GET', path.split('?')[0] ?? '').method.returns ?? {}))
    assert.ok(check(data), `${path}: ${ajv.errorsText(check.errors)}`)
  }
})

test('the vendor’s samples are understood', options, () => {
  const samples = load('proxmox/samples.json') as Record<string, { data: unknown; body: unknown }>
  const [web, template] = shapes.Resources.parse(samples['resources_vm']?.data)
  assert.deepEqual([web?.vmid, web?.template, shapes.tagsOf(web?.tags)], [105, false, ['ezs', 'order-1042']])
  assert.equal(template?.template, true)
  assert.match(shapes.Upid.parse(samples['clone']?.data) ?? '', /^UPID:pve1:/)
  assert.equal(shapes.TaskStatus.parse(samples['task_running']?.data).status, 'running')
  assert.equal(shapes.TaskStatus.parse(samples['task_warn']?.data).exitstatus, 'WARNINGS: 1')
  assert.equal(shapes.CurrentStatus.parse(samples['status_current']?.data).maxmem, 4_294_967_296)
  const config = shapes.MachineConfig.parse(samples['config']?.data)
  assert.equal(config['cores'], '2')
  assert.equal(shapes.driveSizeGb(config['scsi0'] ?? ''), 40)
  assert.equal(shapes.AgentInterfaces.parse(samples['agent_ifaces']?.data).result?.length, 2)
  for (const name of ['error_400', 'error_403', 'error_missing', 'error_exists'])
    assert.ok(shapes.ErrorBody.parse(samples[name]?.body).message, name)
})

test('SSH keys are percent-encoded once by us and once more by the form', options, () => {
  const { proxmox_sshkeys: vector } = load('signature-vectors.json') as {
    proxmox_sshkeys: { keys: string; form_value: string }
  }
  assert.equal(formEncode({ sshkeys: percentEncode(vector.keys) }), vector.form_value)
})
