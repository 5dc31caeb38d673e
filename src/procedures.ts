import { provisioningProcedures } from '#modules/provisioning/provisioning-procedures.ts'
import type { AnyProcedure } from '#platform/procedure.ts'

/** Every procedure of this release; a worker finds the one a row names here. */
export const procedures: readonly AnyProcedure[] = provisioningProcedures
