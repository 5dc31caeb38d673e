/** What is told once, on the page after an action. */
export const en = {
  saved: 'Saved',
  signedOut: 'You are signed out',
  emailVerified: 'Your email address is confirmed',
  passwordChanged: 'Your password is changed',
  paymentStarted: 'Your payment is being processed',
  retryQueued: 'It will be tried again in a moment',
  actionQueued: 'It is under way',
  orderCancelled: 'The order is cancelled',
  orderPaidMeanwhile: 'The order was paid meanwhile and stays',
  clockMoved: 'The clock is moved',
  verificationSent: 'The link is on its way to you',
  sessionEnded: 'It is signed out',
  secondFactorCancelled: 'Nothing was changed',
  secondFactorOff: 'The authenticator app is switched off',
  tokenRevoked: 'The token is revoked',
}
