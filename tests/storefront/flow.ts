// A guest checks out, a buyer signs in and orders, staff list, filter, confirm, move and
// cancel, all against the running desk. Prints one JSON line a call:
// {call, method, path, sent, status, answer}. Exits 1 when anything differs.
//
// Environment: DESK_URL, DESK_PASSWORD (of the accounts farida and ravi), DESK_PRODUCT.

import assert from "node:assert/strict";
import * as orders from "./orders.js";
import { DeskError, desk, signIn } from "./orders.js";

const { DESK_URL: url = "", DESK_PASSWORD: password = "", DESK_PRODUCT: product = "" } = process.env;

let called = "";
const recorder = {
  async onResponse({ request, response }: { request: Request; response: Response }) {
    const { pathname, search } = new URL(request.url);
    const answer: unknown = await response.clone().json();
    const line = { call: called, method: request.method, path: pathname + search };
    console.log(JSON.stringify({ ...line, sent: bodies.get(request.url), status: response.status, answer }));
  },
};
const bodies = new Map<string, string>();
const noting = {
  async onRequest({ request }: { request: Request }) {
    bodies.set(request.url, await request.clone().text());
  },
};

async function call<T>(name: string, answer: () => Promise<T>): Promise<T> {
  called = name;
  return answer();
}

async function refused(name: string, answer: () => Promise<unknown>): Promise<DeskError> {
  try {
    await call(name, answer);
  } catch (error) {
    if (error instanceof DeskError) return error;
    throw error;
  }
  return assert.fail(`${name} was not refused`);
}

function basket(quantity: number, reference?: string): orders.CreateOrderRequest {
  return {
    ...(reference ? { orderReference: reference } : {}),
    customerName: "Lata Pawar",
    customerPhone: "98220 01144",
    customerAddress: "12 Gandhi Road, Surat 395003",
    items: [{ productId: Number(product), quantity, unitPrice: 450 }],
    notes: "Please call before you come.",
    total: 450 * quantity,
  };
}

const anyone = desk(url, undefined, noting, recorder);
const shelf = await call("getProducts", () => orders.getProducts(anyone, "kurta"));
assert.equal(shelf.results[0]?.stockQuantity, 10);

// The checkout of a guest, posted twice as a nervous thumb does.
const placed = await call("createOrder", () => orders.createOrder(anyone, basket(4, "LEG-7K3M-Q0XW")));
assert.equal(placed.orderReference, "LEG-7K3M-Q0XW");
assert.equal(placed.status, "pending");
assert.equal(placed.customerPhone, "+919822001144");
assert.equal(placed.total, 1800);
const again = await call("createOrder, again", () =>
  orders.createOrder(anyone, basket(4, "LEG-7K3M-Q0XW")),
);
assert.equal(again.id, placed.id);
assert.equal((await refused("getOrders", () => orders.getOrders(anyone))).status, 401);

// A buyer sees only what is hers.
const token = await call("signIn", () => signIn(anyone, "farida", password));
const buyer = desk(url, token.access, noting, recorder);
const hers = await call("createOrder", () => orders.createOrder(buyer, basket(7)));
const mine = await call("getMyOrders", () => orders.getMyOrders(buyer));
assert.deepEqual(mine.results.map((order) => order.id), [hers.id]);
assert.equal((await refused("getOrderById", () => orders.getOrderById(buyer, placed.id))).status, 404);
assert.equal((await refused("confirmOrder", () => orders.confirmOrder(buyer, hers.id))).status, 403);

// Staff see all of it.
const staff = desk(url, (await signIn(anyone, "ravi", password)).access, noting, recorder);
const all = await call("getOrders", () => orders.getOrders(staff));
assert.equal(all.count, 2);
const read = await call("getOrderById", () => orders.getOrderById(staff, placed.id));
assert.equal(read.items[0]?.quantity, 4);

// Confirming takes the stock once; what is left is too little for the other order.
const confirmed = await call("confirmOrder", () => orders.confirmOrder(staff, placed.id));
assert.deepEqual([confirmed.stockUpdates[0]?.before, confirmed.stockUpdates[0]?.after], [10, 6]);
const twice = await call("confirmOrder, again", () => orders.confirmOrder(staff, placed.id));
assert.deepEqual(twice.stockUpdates, []);
const short = await refused("confirmOrder", () => orders.confirmOrder(staff, hers.id));
assert.equal(short.status, 409);
assert.deepEqual(
  short.body.lines?.map((line) => [line.wanted, line.available]),
  [[7, 6]],
);
const pending = await call("getOrders, filtered", () => orders.getOrders(staff, "pending"));
assert.deepEqual(pending.results.map((order) => order.id), [hers.id]);

// The status update, in whatever letter case; nonsense lists what there is.
const moved = await call("updateOrderStatus", () =>
  orders.updateOrderStatus(staff, placed.id, "Processing" as "processing"),
);
assert.equal(moved.status, "processing");
const nonsense = await refused("updateOrderStatus", () =>
  orders.updateOrderStatus(staff, placed.id, { value: "shipped" } as never),
);
assert.equal(nonsense.status, 400);
assert.ok(nonsense.body.allowed?.includes("shipped"));

// Cancelling gives back what was taken.
const cancelled = await call("cancelOrder", () => orders.cancelOrder(staff, placed.id));
assert.equal(cancelled.status, "cancelled");
const restocked = await call("getProducts", () => orders.getProducts(anyone, "kurta"));
assert.equal(restocked.results[0]?.stockQuantity, 10);
const dead = await refused("updateOrderStatus", () =>
  orders.updateOrderStatus(staff, placed.id, "shipped"),
);
assert.equal(dead.status, 409);
