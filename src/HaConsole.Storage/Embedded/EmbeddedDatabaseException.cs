namespace HaConsole.Storage.Embedded;

/// <summary>The embedded database cannot be started; the message is a sentence for people that names what to fix.</summary>
internal sealed class EmbeddedDatabaseException(string message, Exception? inner = null) : Exception(message, inner);
