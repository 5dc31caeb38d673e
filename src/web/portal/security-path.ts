import { useLocation } from 'react-router'
import { paths } from '../paths.ts'

/** Where the security page of whoever looks at it is: our own people have theirs in the staff area. */
export function useSecurityPath(): (passkey?: string) => string {
  const { pathname } = useLocation()
  return pathname.startsWith(paths.staff()) ? paths.staffSecurity : paths.profileSecurity
}
