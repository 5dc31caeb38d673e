import { redirect } from 'react-router'
import { paths } from '../../paths.ts'
import { staffScope } from '../access.ts'
import { settingsTabsFor } from './settings-tabs.tsx'
import type { Route } from './+types/settings-page'

/** The first of the settings that this role may open. */
export const loader = ({ context }: Route.LoaderArgs) =>
  redirect(settingsTabsFor(staffScope(context)).settings ? paths.staffSettingsBilling() : paths.staffSettingsMails())
