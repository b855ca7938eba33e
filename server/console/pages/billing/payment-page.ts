/** Goes to a page of the payment provider, which leads back here. */
export function openPaymentPage(url: string): void {
  location.assign(url)
}
