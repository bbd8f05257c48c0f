/** What Corner Coffee sells. Prices in cents. */
export const LATTE = { sku: 'LATTE-L', name: 'Large latte', categories: ['latte', 'drinks'], unitPrice: 450 };
export const BEANS = { sku: 'BEANS', name: 'House beans', categories: ['beans'], unitPrice: 1650 };

export const MENU = [
  LATTE,
  { sku: 'LATTE-S', name: 'Small latte', categories: ['latte', 'drinks'], unitPrice: 380 },
  { sku: 'DRIP', name: 'Drip coffee', categories: ['drinks'], unitPrice: 275 },
  { sku: 'TEA', name: 'Mint tea', categories: ['drinks'], unitPrice: 295 },
  { sku: 'MUFFIN', name: 'Blueberry muffin', categories: ['bakery'], unitPrice: 325 },
  { sku: 'BAGEL', name: 'Bagel', categories: ['bakery'], unitPrice: 295 },
  BEANS,
];
