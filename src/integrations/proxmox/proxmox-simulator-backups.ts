import { died, locked } from './proxmox-simulator-errors.ts'
import { isTrue, type Given } from './proxmox-simulator-parameters.ts'
import * as take from './proxmox-simulator-parameters.ts'
import { machineOn, type Route } from './proxmox-simulator-routes.ts'
import { beginTask } from './proxmox-simulator-tasks.ts'
import type { SimBackup, World } from './proxmox-simulator-world.ts'

function backUp(world: World, given: Given, node: string): string {
  const { vmid = '', storage: id = '' } = given
  const storage = world.storages.get(id)
  if (!storage) throw died(`storage '${id}' does not exist`)
  if (!storage.content.split(',').includes('backup')) throw died(`storage '${id}' does not support backups`)
  const { lock, vmid: number } = machineOn(world, node, Number(vmid))
  const notes = given['notes-template'] ?? ''
  const work = { kind: 'backup', vmid: number, storage: id, notes, protected: isTrue(given['protected']) } as const
  const log = [`INFO: starting new backup job: vzdump ${vmid}`, `INFO: Starting Backup of VM ${vmid} (qemu)`]
  return beginTask(world, node, work, log, lock ? { failsWith: locked(lock) } : {})
}

/** A storage that is not shared shows what lies on that very node. */
const lyingOn = (world: World, node: string, id: string): SimBackup[] => {
  const storage = world.storages.get(id)
  if (!storage) throw died(`storage '${id}' does not exist`)
  return world.backups.values().filter((one) => one.storage === id && (storage.shared || one.node === node))
}

function remove(world: World, node: string, id: string, volid: string): string {
  const backup = lyingOn(world, node, id).find((one) => one.volid === volid)
  if (!backup) throw died(`volume '${volid}' does not exist`)
  if (backup.protected) throw died(`cannot remove protected archive '${volid}'`)
  return beginTask(world, node, { kind: 'delete-backup', vmid: backup.vmid, volid })
}

export const backupRoutes = (): Route[] => [
  {
    method: 'POST',
    path: '/nodes/:node/vzdump',
    privilege: 'VM.Backup',
    specs: take.VZDUMP,
    run: (world, given, { node }) => backUp(world, given, node),
  },
  {
    method: 'GET',
    path: '/nodes/:node/storage/:name/content',
    privilege: 'Datastore.Audit',
    specs: take.CONTENT,
    run: (world, { content, vmid }, { node, part }) =>
      lyingOn(world, node, part)
        .filter((one) => (content ?? 'backup') === 'backup' && (vmid === undefined || one.vmid === Number(vmid)))
        .map(({ volid, ctime, size, notes, vmid: number, protected: isProtected }) => ({
          volid,
          ctime,
          size,
          notes,
          vmid: number,
          format: 'vma.zst',
          subtype: 'qemu',
          protected: isProtected ? 1 : 0,
        })),
  },
  {
    method: 'DELETE',
    path: '/nodes/:node/storage/:name/content/:volume',
    privilege: 'Datastore.AllocateSpace',
    specs: take.DELETE_VOLUME,
    run: (world, _given, { node, part, last }) => remove(world, node, part, last),
  },
]
