// Loaded before the Agents Playground: keeps it on this machine. By itself it listens on every interface, and sends telemetry when told not to.
"use strict";

const net = require("node:net");

const HERE = new Set(["localhost", "127.0.0.1", "::1"]);
const { listen } = net.Server.prototype;
const { connect } = net.Socket.prototype;

net.Server.prototype.listen = function (port, ...rest) {
  if (typeof port !== "number") return listen.call(this, port, ...rest);
  return listen.call(this, { port, host: "127.0.0.1" }, ...rest.filter((one) => typeof one === "function"));
};

net.Socket.prototype.connect = function (...given) {
  const first = Array.isArray(given[0]) ? given[0][0] : given[0]; // node passes what net.connect was given as one list
  const to = typeof first === "object" ? first.host : typeof given[1] === "string" ? given[1] : undefined;
  if (first?.path || to === undefined || HERE.has(to)) return connect.apply(this, given);
  process.nextTick(() => this.destroy(new Error(`kept on this machine: no connection to ${to}`)));
  return this;
};
