// The storefront's orders module (createOrder, getOrders, …) on the client that
// openapi-typescript generates from docs/openapi.yaml.

import createClient, { type Client, type Middleware } from "openapi-fetch";
import type { components, paths } from "./generated/schema.js";

export type Order = components["schemas"]["Order"];
export type OrderStatus = components["schemas"]["OrderStatusEnum"];
export type CreateOrderRequest = components["schemas"]["BasketRequest"];
export type ConfirmOrderResponse = components["schemas"]["Confirmation"];
export type Problem = components["schemas"]["Refusal"];
export type Desk = Client<paths>;

/** A refusal: the status, and the body that says why. */
export class DeskError extends Error {
  readonly status: number;
  readonly body: Problem;

  constructor(status: number, body: Problem) {
    super(body.errors.map((error) => error.detail).join(" "));
    this.status = status;
    this.body = body;
  }
}

// The storefront writes every address with a slash at its end; both forms are the same path.
const slashed: Middleware = {
  async onRequest({ request }) {
    const url = new URL(request.url);
    url.pathname = url.pathname.replace(/\/?$/, "/");
    const { method, headers } = request;
    const body = await request.text(); // a stream would be sent without its length
    return new Request(url, body ? { method, headers, body } : { method, headers });
  },
};

/** The desk at an address, as nobody or as the owner of an access token. */
export function desk(baseUrl: string, access?: string, ...more: Middleware[]): Desk {
  const headers = access ? { Authorization: `Bearer ${access}` } : {};
  const client = createClient<paths>({ baseUrl, headers });
  client.use(slashed, ...more);
  return client;
}

type Answer<T> = { data?: T; error?: unknown; response: Response };

function unwrap<T>({ data, error, response }: Answer<T>): T {
  if (data === undefined) throw new DeskError(response.status, error as Problem);
  return data;
}

export async function signIn(desk: Desk, username: string, password: string) {
  return unwrap(await desk.POST("/api/auth/token", { body: { username, password } }));
}

export async function getProducts(desk: Desk, search: string) {
  return unwrap(await desk.GET("/api/products", { params: { query: { search } } }));
}

export async function createOrder(desk: Desk, order: CreateOrderRequest): Promise<Order> {
  return unwrap(await desk.POST("/api/orders", { body: order }));
}

export async function getOrders(desk: Desk, status?: OrderStatus) {
  const query = status ? { status: [status] } : {};
  return unwrap(await desk.GET("/api/orders", { params: { query } }));
}

export async function getMyOrders(desk: Desk) {
  return unwrap(await desk.GET("/api/orders/my-orders"));
}

export async function getOrderById(desk: Desk, id: string): Promise<Order> {
  return unwrap(await desk.GET("/api/orders/{id}", { params: { path: { id } } }));
}

/** Confirming and cancelling have functions of their own; this answers the order. */
export async function updateOrderStatus(
  desk: Desk,
  id: string,
  status: Exclude<OrderStatus, "confirmed">,
): Promise<Order> {
  const body = { status };
  const moved = unwrap(await desk.PATCH("/api/orders/{id}", { params: { path: { id } }, body }));
  if ("stockUpdates" in moved) throw new Error("only confirming answers stock updates");
  return moved;
}

export async function confirmOrder(desk: Desk, id: string): Promise<ConfirmOrderResponse> {
  return unwrap(await desk.POST("/api/orders/{id}/confirm", { params: { path: { id } } }));
}

export async function cancelOrder(desk: Desk, id: string): Promise<Order> {
  const body = { reason: "The customer rang" };
  return unwrap(await desk.POST("/api/orders/{id}/cancel", { params: { path: { id } }, body }));
}
