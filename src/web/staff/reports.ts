import { redirect } from 'react-router'
import { paths } from '../paths.ts'

/** Reports begin with the first of them. */
export const loader = () => redirect(paths.staffReport('revenue'))
