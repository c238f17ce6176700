package dev.tailnetproxy.benchmarks.incontainer.attack;

import java.nio.charset.StandardCharsets;

/**
 * Where the target is that helps an attack ({@link HostileTarget}), and the header sections of requests to it.
 *
 * @param address its address in the tailnet
 * @param port its port
 */
public record AttackTarget(String address, int port) {

    /** A whole request without a body. */
    byte[] get(String version, String path, String... lines) {
        return bytes(headerSection("GET", version, path, lines) + "\r\n");
    }

    /** The header section of a POST, and the beginning of its body. */
    byte[] post(String path, int bodyBytes, String... lines) {
        byte[] headerSection = bytes(headerSection("POST", "HTTP/1.1", path, lines) + "\r\n");
        byte[] message = new byte[headerSection.length + bodyBytes];
        System.arraycopy(headerSection, 0, message, 0, headerSection.length);
        return message;
    }

    /** A header section without the empty line that ends it. */
    String headerSection(String method, String version, String path, String... lines) {
        StringBuilder headerSection = new StringBuilder(method + " " + path + " " + version
                + "\r\nhost: proxy\r\nts-target-ip: " + address + "\r\nts-target-port: " + port + "\r\n");
        for (String line : lines) {
            headerSection.append(line).append("\r\n");
        }
        return headerSection.toString();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
