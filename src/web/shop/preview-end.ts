import { redirect } from 'react-router'
import { localeContext } from '../context.ts'
import { paths } from '../paths.ts'
import { previewCookie } from '../preview-cookie.ts'
import type { Route } from './+types/preview-end'

/** Back to what is for sale. */
export const loader = ({ context }: Route.LoaderArgs) =>
  redirect(paths.pricing(context.get(localeContext)), { headers: { 'set-cookie': previewCookie(undefined, 0) } })
