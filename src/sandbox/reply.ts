import type { AnyOperation, Service } from "../aws/operation";
import type { AwsError } from "./awsError";

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function successReply(operation: AnyOperation, output: object | undefined, requestId: string): Reply {
  const headers = { "x-amzn-requestid": requestId };
  switch (operation.service.protocol) {
    case "query":
      return {
        status: operation.status,
        headers: { ...headers, "content-type": "text/xml" },
        body: queryXml(operation, output ?? {}, requestId),
      };
    case "aws-json-1.1":
      return {
        status: operation.status,
        headers: { ...headers, "content-type": "application/x-amz-json-1.1" },
        body: JSON.stringify(output ?? {}),
      };
    case "rest-json":
      if (operation.status === 204) return { status: 204, headers, body: "" };
      return {
        status: operation.status,
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(output ?? {}),
      };
  }
}

/** `service` is undefined when it is not known whose error it is: then as API Gateway answers. */
export function errorReply(service: Service | undefined, error: AwsError, requestId: string): Reply {
  const headers = { "x-amzn-requestid": requestId };
  switch (service?.protocol) {
    case "query":
      return {
        // A path is not what names an operation here: an unknown one is a wrong parameter.
        status: error.code === "UnknownOperationException" ? 400 : error.status,
        headers: { ...headers, "content-type": "text/xml" },
        body: errorXml(service, queryCode(service, error.code), error, requestId),
      };
    case "aws-json-1.1":
      return {
        // The JSON protocol answers 400 to whatever the caller did wrong, credentials included.
        status: error.status === 403 || error.status === 404 ? 400 : error.status,
        headers: { ...headers, "content-type": "application/x-amz-json-1.1" },
        body: JSON.stringify({ __type: error.code, message: error.message }),
      };
    case "rest-json":
    case undefined: {
      const code = service?.errors[error.code]?.code;
      const body = code === undefined ? { message: error.message } : { Code: code, Message: error.message };
      return {
        status: error.status,
        headers: { ...headers, "content-type": "application/json", "x-amzn-errortype": error.code },
        body: JSON.stringify(body),
      };
    }
  }
}

/** Query services have older names for what goes wrong before the service is reached. */
const queryCodes: Readonly<Record<string, string>> = {
  MissingAuthenticationTokenException: "MissingAuthenticationToken",
  IncompleteSignatureException: "IncompleteSignature",
  InvalidSignatureException: "SignatureDoesNotMatch",
  UnrecognizedClientException: "InvalidClientTokenId",
  ExpiredTokenException: "ExpiredToken",
  AccessDeniedException: "AccessDenied",
  ThrottlingException: "Throttling",
  UnknownOperationException: "InvalidAction",
  SerializationException: "MalformedInput",
  InternalServerException: "InternalFailure",
};

function queryCode(service: Service, code: string): string {
  return service.errors[code]?.code ?? queryCodes[code] ?? code;
}

function namespaceOf(service: Service): string {
  return `https://${service.signingName}.amazonaws.com/doc/${service.apiVersion}/`;
}

function queryXml({ name, service }: AnyOperation, output: object, requestId: string): string {
  return `<${name}Response xmlns="${namespaceOf(service)}">
  <${name}Result>
${membersXml(output, "    ")}  </${name}Result>
  <ResponseMetadata>
    <RequestId>${requestId}</RequestId>
  </ResponseMetadata>
</${name}Response>
`;
}

function membersXml(members: object, indent: string): string {
  return Object.entries(members)
    .map(([name, value]: [string, unknown]) => elementXml(name, value, indent))
    .join("");
}

/** The items of a list are called `member`; a member without a value is left out. */
function elementXml(name: string, value: unknown, indent: string): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "object")
    return `${indent}<${name}>${escapeXml(`${value as string | number | boolean}`)}</${name}>\n`;
  const inner = Array.isArray(value)
    ? value.map((item) => elementXml("member", item, `${indent}  `)).join("")
    : membersXml(value, `${indent}  `);
  return inner === "" ? `${indent}<${name}/>\n` : `${indent}<${name}>\n${inner}${indent}</${name}>\n`;
}

function errorXml(service: Service, code: string, error: AwsError, requestId: string): string {
  return `<ErrorResponse xmlns="${namespaceOf(service)}">
  <Error>
    <Type>${error.status >= 500 ? "Receiver" : "Sender"}</Type>
    <Code>${escapeXml(code)}</Code>
    <Message>${escapeXml(error.message)}</Message>
  </Error>
  <RequestId>${requestId}</RequestId>
</ErrorResponse>
`;
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
