import type { AnyProcedure } from '#platform/procedure.ts'
import { createVps } from './create-vps.ts'
import { powerVps } from './power-vps.ts'
import { resizeVps } from './resize-vps.ts'
import { resumeVps } from './resume-vps.ts'
import { suspendVps } from './suspend-vps.ts'
import { terminateVps } from './terminate-vps.ts'

/** Every procedure of this module. Their steps' names are stored with each run. */
export const provisioningProcedures: readonly AnyProcedure[] = [
  createVps,
  powerVps,
  resizeVps,
  suspendVps,
  resumeVps,
  terminateVps,
]
