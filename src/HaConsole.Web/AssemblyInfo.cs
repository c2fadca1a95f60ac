// The assembly is named after the program; resources are found by the namespace.
[assembly: Microsoft.Extensions.Localization.RootNamespace("HaConsole.Web")]
