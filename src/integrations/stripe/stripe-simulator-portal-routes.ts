import type { Api } from './stripe-simulator-api.ts'
import { listPage } from './stripe-simulator-lists.ts'
import type { Memory } from './stripe-simulator-memory.ts'
import { Params } from './stripe-simulator-params.ts'
import { PortalParams } from './stripe-simulator-portal-params.ts'
import { createPortalSession, saveConfiguration } from './stripe-simulator-portal.ts'
import { found } from './stripe-simulator-found.ts'

/** The customer portal over the API. */
export function portalRoutes({ endpoint }: Api, memory: Memory): void {
  const path = '/v1/billing_portal/configurations'
  const configuration = (id: string) => found(memory.portalConfigurations.get(id), 'configuration', id)
  endpoint('POST', path, PortalParams.configurationCreate, (params) => saveConfiguration(memory, undefined, params))
  endpoint('GET', path, PortalParams.configurationList, (params) => {
    const wanted = memory.portalConfigurations
      .values()
      .filter(
        (each) =>
          (params.active === undefined || each.active === params.active) &&
          (params.is_default === undefined || each.is_default === params.is_default),
      )
    return listPage(wanted, params, path)
  })
  endpoint('GET', `${path}/:id`, Params.none, (_, { id = '' }) => configuration(id))
  endpoint('POST', `${path}/:id`, PortalParams.configurationUpdate, (params, { id = '' }) =>
    saveConfiguration(memory, configuration(id), params),
  )
  endpoint('POST', '/v1/billing_portal/sessions', PortalParams.sessionCreate, (params) =>
    createPortalSession(memory, params),
  )
}
